// The contract (bench/peers/README.md) with gorilla/websocket, after its own chat example: a hub per room, a reading and
// a writing goroutine per connection, a buffered channel between them.
// usage: gorilla PORT each|tick [HZ]
package main

import (
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type client struct {
	conn *websocket.Conn
	send chan []byte
}

type room struct {
	mu      sync.RWMutex
	members map[*client]struct{}
	waiting []byte // mode tick
}

var (
	mu       sync.Mutex
	rooms    = map[string]*room{}
	tick     time.Duration // 0: every message at once
	upgrader = websocket.Upgrader{
		ReadBufferSize:  1024,
		WriteBufferSize: 1024,
		CheckOrigin:     func(*http.Request) bool { return true },
	}
)

func roomOf(key string) *room {
	mu.Lock()
	defer mu.Unlock()
	r := rooms[key]
	if r == nil {
		r = &room{members: map[*client]struct{}{}}
		rooms[key] = r
		if tick > 0 {
			go r.run()
		}
	}
	return r
}

func (r *room) broadcast(message []byte) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for c := range r.members {
		select {
		case c.send <- message:
		default: // a slow member loses it
		}
	}
}

func (r *room) run() {
	for range time.Tick(tick) {
		r.mu.Lock()
		batch := r.waiting
		r.waiting = nil
		r.mu.Unlock()
		if len(batch) > 0 {
			r.broadcast(batch)
		}
	}
}

func (r *room) receive(message []byte) {
	if tick == 0 {
		r.broadcast(message)
		return
	}
	r.mu.Lock()
	r.waiting = append(r.waiting, message...)
	r.mu.Unlock()
}

func (c *client) write() {
	for message := range c.send {
		if c.conn.WriteMessage(websocket.BinaryMessage, message) != nil {
			return
		}
	}
}

func serve(w http.ResponseWriter, request *http.Request) {
	conn, err := upgrader.Upgrade(w, request, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	r := roomOf(request.URL.Query().Get("room"))
	c := &client{conn: conn, send: make(chan []byte, 256)}
	r.mu.Lock()
	r.members[c] = struct{}{}
	r.mu.Unlock()
	go c.write()
	for {
		_, message, err := conn.ReadMessage()
		if err != nil {
			break
		}
		r.receive(message)
	}
	r.mu.Lock()
	delete(r.members, c)
	close(c.send)
	r.mu.Unlock()
}

func main() {
	if len(os.Args) > 2 && os.Args[2] == "tick" {
		hz := 30.0
		if len(os.Args) > 3 {
			hz, _ = strconv.ParseFloat(os.Args[3], 64)
		}
		tick = time.Duration(float64(time.Second) / hz)
	}
	http.HandleFunc("/", serve)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
