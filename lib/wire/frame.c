/* lib/wire/frame.c */
#include "wire/frame.h"

#include "wire/bytes.h"
#include "wire/codec.h"
#include "wire/message.h"
#include "wire/names.h"
#include "wire/pb.h"

enum { KNOWN_FLAGS = WIRE_ZSTD | WIRE_CRC32C | WIRE_TRACED | WIRE_UNORDERED };

_Static_assert(sizeof(struct wire_trace) == WIRE_TRACE, "copied as it stands on the wire");

static const struct {
	const char *name, *text;
} errors[] = {
	[WIRE_OK] = {"ok", "the frame is fine"},
	[WIRE_SHORT] = {"short", "the message ends before its frame does"},
	[WIRE_LONG] = {"long", "bytes follow behind the frame; one message is one frame"},
	[WIRE_BAD_MAGIC] = {"bad-magic", "the message does not begin with f0f0f0f0"},
	[WIRE_BAD_VERSION] = {"bad-version", "the header's version is not 1"},
	[WIRE_BAD_FLAGS] = {"bad-flags", "a flag is set that may not be set here"},
	[WIRE_UNKNOWN_TYPE] = {"unknown-type",
			       "no frame has this type, or none that a client sends"},
	[WIRE_TOO_BIG] = {"too-big", "the payload is larger than this receiver takes"},
	[WIRE_BAD_CRC] = {"bad-crc", "the checksum does not fit the frame"},
	[WIRE_BAD_ZSTD] = {"bad-zstd", "the payload is no single zstd frame"},
	[WIRE_BAD_PAYLOAD] = {"bad-payload",
			      "the payload is no message of this type, or is beyond its bounds"},
	[WIRE_NESTED_BATCH] = {"nested-batch", "a BATCH holds a BATCH"},
};

const char *wire_error_name(enum wire_error e)
{
	return errors[e].name;
}

const char *wire_error_text(enum wire_error e)
{
	return errors[e].text;
}

static uint32_t around(uint8_t flags) /* what stands around the payload */
{
	return WIRE_HEADER + (flags & WIRE_TRACED ? WIRE_TRACE : 0) +
	       (flags & WIRE_CRC32C ? WIRE_CRC : 0);
}

enum wire_error wire_header_read(const uint8_t bytes[WIRE_HEADER], uint32_t max_payload,
				 struct wire_header *head, uint32_t *total)
{
	if (get32(bytes) != WIRE_MAGIC)
		return WIRE_BAD_MAGIC;
	if (bytes[4] != WIRE_VERSION)
		return WIRE_BAD_VERSION;
	*head = (struct wire_header){bytes[5], get16(bytes + 6), get32(bytes + 8),
				     get32(bytes + 12)};
	if (head->flags & ~KNOWN_FLAGS)
		return WIRE_BAD_FLAGS;
	if (wire_descriptor(head->type) == NULL)
		return WIRE_UNKNOWN_TYPE;
	if (head->length > max_payload || head->length > UINT32_MAX - around(head->flags))
		return WIRE_TOO_BIG;
	*total = around(head->flags) + head->length;
	return WIRE_OK;
}

void wire_header_write(uint8_t out[WIRE_HEADER], const struct wire_header *head)
{
	put32(out, WIRE_MAGIC);
	out[4] = WIRE_VERSION;
	out[5] = head->flags;
	put16(out + 6, head->type);
	put32(out + 8, head->seq);
	put32(out + 12, head->length);
}

/* The header, the lengths, the checksum: `out->payload` as it stands on the wire. */
static enum wire_error read_plain(uint32_t max_payload, struct str bytes, struct wire_frame *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	uint32_t total;
	enum wire_error e;

	if (bytes.n < WIRE_HEADER)
		return WIRE_SHORT;
	e = wire_header_read(p, max_payload, &out->head, &total);
	if (e != WIRE_OK)
		return e;
	if (bytes.n != total)
		return bytes.n < total ? WIRE_SHORT : WIRE_LONG;
	if (out->head.flags & WIRE_CRC32C &&
	    wire_crc32c(0, p, total - WIRE_CRC) != get32(p + total - WIRE_CRC))
		return WIRE_BAD_CRC;
	p += WIRE_HEADER;
	if (out->head.flags & WIRE_TRACED) {
		memcpy(&out->trace, p, WIRE_TRACE);
		p += WIRE_TRACE;
	}
	out->payload = (struct str){(const char *)p, out->head.length};
	return WIRE_OK;
}

enum wire_error wire_frame_read(struct wire_codec *codec, struct str bytes, struct wire_frame *out)
{
	enum wire_error e = read_plain(wire_codec_max(codec), bytes, out);

	if (e == WIRE_OK && out->head.flags & WIRE_ZSTD)
		return wire_codec_inflate(codec, out->payload, &out->payload);
	return e;
}

static enum wire_error batch_step(struct str payload, uint32_t *at, struct wire_frame *out)
{
	struct pb in = pb_of((struct str){payload.p + *at, payload.n - *at});
	struct str bytes;
	uint32_t field;
	uint8_t wire;
	enum wire_error e;

	if (!pb_tag(&in, &field, &wire) || field != 1 || wire != PB_BYTES || !pb_bytes(&in, &bytes))
		return WIRE_BAD_PAYLOAD;
	*at = (uint32_t)((const char *)in.at - payload.p);
	e = read_plain((uint32_t)payload.n, bytes, out);
	if (e != WIRE_OK)
		return e;
	/* The batch's own zstd and checksum stand around all of its frames. */
	if (out->head.flags & ~(WIRE_UNORDERED | WIRE_TRACED))
		return WIRE_BAD_FLAGS;
	return out->head.type == FRAME_BATCH ? WIRE_NESTED_BATCH : WIRE_OK;
}

enum wire_error wire_batch_check(struct str payload)
{
	struct wire_frame frame;
	uint32_t at = 0;

	for (uint32_t count = 0; at < payload.n; count++) {
		enum wire_error e = batch_step(payload, &at, &frame);

		if (e != WIRE_OK)
			return e;
		if (count == WIRE_BATCH_FRAMES)
			return WIRE_BAD_PAYLOAD;
	}
	return WIRE_OK;
}

bool wire_batch_next(struct str payload, uint32_t *at, struct wire_frame *out)
{
	return *at < payload.n && batch_step(payload, at, out) == WIRE_OK;
}

/* The payload in its final form, and the flags that say so. */
static struct str encoded(struct wire_codec *codec, const struct wire_options *opt,
			  struct str payload, uint8_t *flags)
{
	struct str small;

	if (opt->crc32c)
		*flags |= WIRE_CRC32C;
	if (opt->trace != NULL)
		*flags |= WIRE_TRACED;
	if (opt->zstd_from == 0 || payload.n < opt->zstd_from || codec == NULL ||
	    !wire_codec_deflate(codec, payload, &small))
		return payload;
	*flags |= WIRE_ZSTD;
	return small;
}

bool wire_frame_put(struct wire_codec *codec, struct shared **to, const struct wire_options *opt,
		    uint16_t type, uint8_t flags, uint32_t seq, struct str payload, bool websocket)
{
	struct wire_header head = {flags, type, seq, 0};
	uint8_t *p, *start;

	if (opt != NULL)
		payload = encoded(codec, opt, payload, &head.flags);
	head.length = (uint32_t)payload.n;
	if (payload.n > UINT32_MAX / 2 ||
	    !shared_reserve(to, WIRE_WS_HEADER + around(head.flags) + head.length))
		return false;
	p = (*to)->bytes + (*to)->n;
	if (websocket)
		p = put_ws(p, around(head.flags) + head.length);
	start = p;
	wire_header_write(p, &head);
	p += WIRE_HEADER;
	if (head.flags & WIRE_TRACED) {
		memcpy(p, opt->trace, WIRE_TRACE);
		p += WIRE_TRACE;
	}
	if (payload.n > 0)
		memcpy(p, payload.p, payload.n);
	p += payload.n;
	if (head.flags & WIRE_CRC32C)
		p = put32(p, wire_crc32c(0, start, (size_t)(p - start)));
	return frame_close(*to, p);
}

/* The WebSocket header at `p`: how long it is and how long what follows is. False: none of ours. */
static bool ws_header(const uint8_t *p, size_t left, uint32_t *header, uint32_t *n)
{
	if (left < 2 || p[0] != 0x82)
		return false;
	*header = p[1] < 126 ? 2 : p[1] == 126 ? 4 : 10;
	if (p[1] > 127 || left < *header || (p[1] == 127 && get32(p + 2) != 0))
		return false;
	*n = p[1] < 126 ? p[1] : p[1] == 126 ? get16(p + 2) : get32(p + 6);
	return *n <= left - *header;
}

bool wire_ws_next(struct str batch, uint32_t *at, struct str *whole, struct str *frame)
{
	uint32_t header, n;

	if (*at >= batch.n ||
	    !ws_header((const uint8_t *)batch.p + *at, batch.n - *at, &header, &n))
		return false;
	if (whole != NULL)
		*whole = (struct str){batch.p + *at, header + n};
	if (frame != NULL)
		*frame = (struct str){batch.p + *at + header, n};
	*at += header + n;
	return true;
}
