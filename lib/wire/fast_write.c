/* lib/wire/fast_write.c: sizes first, then the bytes, straight into the buffer that is sent. */
#include "wire/fast.h"

#include "wire/bytes.h"
#include "wire/message.h"
#include "wire/names.h"
#include "wire/pb.h"

bool wire_put_relayed(struct shared **to, uint16_t type, uint8_t flags, uint32_t seq, uint32_t seat,
		      struct str data, uint8_t delivery, uint32_t key)
{
	uint32_t n = pb_number_size(seat) + pb_bytes_size(data.n) + pb_number_size(delivery) +
		     pb_number_size(key);
	uint8_t *p = frame_open(to, type, flags, seq, n);

	if (p == NULL)
		return false;
	p = pb_put_number(p, 1, seat);
	p = pb_put_bytes(p, 2, data);
	p = pb_put_number(p, 3, delivery);
	return frame_close(*to, pb_put_number(p, 4, key));
}

bool wire_put_empty(struct shared **to, uint32_t seq, uint32_t frame, uint32_t count)
{
	uint8_t *p =
		frame_open(to, FRAME_EMPTY, 0, seq, pb_number_size(frame) + pb_number_size(count));

	return p != NULL && frame_close(*to, pb_put_number(pb_put_number(p, 1, frame), 2, count));
}

static uint32_t seat_input_size(const struct wire_seat_input *in)
{
	return pb_number_size(in->seat) + pb_bytes_size(in->data.n) + pb_number_size(in->repeated);
}

bool wire_put_bundle(struct shared **to, uint32_t seq, uint32_t frame,
		     const struct wire_seat_input *inputs, uint32_t count)
{
	uint32_t n = pb_number_size(frame);
	uint8_t *p;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t size = seat_input_size(&inputs[i]);

		n += 1 + pb_varint_size(size) + size;
	}
	p = frame_open(to, FRAME_BUNDLE, 0, seq, n);
	if (p == NULL)
		return false;
	p = pb_put_number(p, 1, frame);
	for (uint32_t i = 0; i < count; i++) {
		*p++ = 2 << 3 | PB_BYTES;
		p = pb_put_varint(p, seat_input_size(&inputs[i]));
		p = pb_put_number(p, 1, inputs[i].seat);
		p = pb_put_bytes(p, 2, inputs[i].data);
		p = pb_put_number(p, 3, inputs[i].repeated);
	}
	return frame_close(*to, p);
}
