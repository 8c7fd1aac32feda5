"""A small game server with faults on request, on the TCP transport: what gamebot must find out when it happens.

    with FakeServer("lose") as server: gamebot("run", scenario, "--connect", server.url)
"""
import asyncio
import itertools
import threading

import frames
from frames import UNORDERED, pb


class Room:
    def __init__(self, name):
        self.name, self.seq, self.members, self.sent, self.ring = name, 0, {}, 0, []


class Session:
    def __init__(self, number, player):
        self.number, self.player = number, player
        self.seq = self.client_seq = self.seat = 0
        self.room = self.writer = None
        self.ring = []


class FakeServer:
    def __init__(self, fault=None, every=10, sum=100):
        self.fault, self.every, self.sum = fault, every, sum
        self.rooms, self.sessions, self.numbers = {}, {}, itertools.count(1)
        self.relayed = 0

    def __enter__(self):
        ready = threading.Event()
        self.loop = asyncio.new_event_loop()

        def run():
            asyncio.set_event_loop(self.loop)
            server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
            self.url = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            self.loop.run_forever()
            server.close()
            tasks = asyncio.all_tasks(self.loop)
            for task in tasks:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self.loop.close()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        ready.wait()
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    # ---- sending ----

    def tell(self, s, type, ordered=True, **fields):
        """A frame of the session's stream."""
        if ordered:
            s.seq += 1
        data = frames.encode(type, frames.message(type, **fields), s.seq, 0 if ordered else UNORDERED)
        if ordered:
            s.ring.append((s.seq, data))
        if s.writer:
            s.writer.write(data)

    def broadcast(self, room, type, **fields):
        room.seq += 1
        if self.fault == "gap" and room.seq % self.every == 0:
            room.seq += 1
        data = frames.encode(type, frames.message(type, **fields), room.seq)
        room.ring.append((room.seq, data))
        for s in room.members.values():
            if s.writer:
                s.writer.write(data)
                if self.fault == "double-frame" and room.seq % self.every == 0:
                    s.writer.write(data)

    # ---- what clients say ----

    async def serve(self, reader, writer):
        session = None
        try:
            while True:
                head = await reader.readexactly(frames.HEADER)
                flags, type, seq, whole = frames.header(head)
                frame = frames.decode(head + await reader.readexactly(whole - frames.HEADER))
                name = frames.NAMES[frame.type]
                message = frames.unpack(frame)
                if name == "HELLO":
                    session = self.hello(writer, message)
                elif name == "BYE":
                    break
                elif name == "HEARTBEAT":
                    self.tell(session, "ACK", False, client_seq=session.client_seq)
                    self.tell(session, "HEARTBEAT", False, echo_us=message.time_us, time_us=1)
                elif seq == session.client_seq + 1:
                    session.client_seq = seq
                    getattr(self, name.lower())(session, message)
                    if seq % 64 == 0:
                        self.tell(session, "ACK", False, client_seq=seq)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if session and session.writer is writer:
                session.writer = None
            writer.close()

    def hello(self, writer, hello):
        s = self.sessions.get(hello.resume_token)
        if hello.resume_token and (s is None or self.fault == "gone"):
            s = Session(0, "")
            s.writer = writer
            self.tell(s, "WELCOME", False, answer=pb.ANSWER_GONE, reason=pb.REASON_RESUME_EXPIRED)
            s = None
            return s
        resumed = s is not None
        if s is None:
            n = next(self.numbers)
            s = self.sessions[b"token-%d" % n] = Session(n, hello.token)
        s.writer = writer
        carried_out = s.client_seq + (3 if self.fault == "lying-welcome" and resumed else 0)
        self.tell(s, "WELCOME", False, answer=pb.ANSWER_RESUMED if resumed else pb.ANSWER_NEW, session=f"s-{s.number}",
                  resume_token=b"token-%d" % s.number, client_seq=carried_out, epoch=1,
                  timing=pb.Timing(heartbeat_ms=500, heartbeat_misses=3, backoff_min_ms=20, backoff_max_ms=200))
        for seq, data in s.ring if resumed else ():
            if seq > hello.session_seq:
                writer.write(data)
        for seq, data in s.room.ring if resumed and s.room else ():
            if seq > hello.room_seq:
                writer.write(data)
        return s

    def join(self, s, join):
        key = join.key if self.fault != "one-room" else "all"
        room = self.rooms.setdefault(key, Room(f"r-{len(self.rooms) + 1}"))
        s.room, s.seat = room, next(i for i in itertools.count() if i not in room.members)
        room.members[s.seat] = s
        self.tell(s, "JOINED", room=room.name, room_type=join.room_type, seat=s.seat, mode=pb.MODE_RELAY,
                  room_seq=room.seq, state=pb.ROOM_RUNNING, revision=1)
        for i in range(2):
            document = b'{"a":%d,"nested":{"b":%d}}' % (30 + i, self.sum - 30 - i)
            self.tell(s, "CONFIG_NOW", revision=2 - i if self.fault == "back" else 1 + i, complete=True,
                      documents=[pb.Document(kind="Pair", name="x", json=document)])

    def leave(self, s, _):
        if s.room:
            del s.room.members[s.seat]
            self.tell(s, "LEFT", room=s.room.name, reason=pb.REASON_CLIENT_BYE)
        s.room = None

    def relay(self, s, relay):
        if s.room is None:
            self.tell(s, "ERROR", code="not-in-room", client_seq=s.client_seq)
            return
        self.relayed += 1
        strikes = self.relayed % self.every == 0
        if self.fault == "lose" and strikes:
            return
        if self.fault == "refuse" and strikes:
            self.tell(s, "ERROR", code="rate-limited", client_seq=s.client_seq)
            return
        data = relay.data
        if self.fault == "corrupt" and strikes:
            data = data[:-1] + bytes([data[-1] ^ 1])
        room = s.room
        if self.fault == "misroute" and strikes:
            room = next((r for r in self.rooms.values() if r is not s.room), room)
        self.broadcast(room, "RELAYED", seat=s.seat, data=data)
        if self.fault == "double" and strikes:
            self.broadcast(room, "RELAYED", seat=s.seat, data=data)
