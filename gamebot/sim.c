/* gamebot/sim.c */
#include "sim.h"

#include "rng.h"

enum { FIELD = 1 << 16, REACH = 1500, SAVE_UNIT = 29, SAVE_HEAD = 4 + 8 + 1 };

_Static_assert(SAVE_HEAD + SIM_SEATS * SAVE_UNIT <= SIM_SIZE, "a saved state fits");

void sim_init(struct sim *sim, uint64_t seed, uint32_t frame, bool repeats)
{
	memset(sim, 0, sizeof(*sim));
	sim->frame = frame;
	sim->chance = seed;
	sim->repeats = repeats;
	for (int i = 0; i < SIM_SEATS; i++) {
		sim->units[i].x = i % 8 * (FIELD / 8);
		sim->units[i].y = i / 8 * (FIELD / 4);
		sim->units[i].hp = 100;
	}
}

static int32_t wrap(int32_t v)
{
	return v & (FIELD - 1);
}

static void move(struct sim_unit *u)
{
	if (u->input_n >= 2) {
		u->dx += (int8_t)u->input[0];
		u->dy += (int8_t)u->input[1];
	}
	u->dx -= u->dx / 16;
	u->dy -= u->dy / 16;
	u->x = wrap(u->x + u->dx);
	u->y = wrap(u->y + u->dy);
}

static void fight(struct sim *sim, struct sim_unit *a, struct sim_unit *b)
{
	int32_t dx = a->x - b->x, dy = a->y - b->y;

	if (dx > REACH || dx < -REACH || dy > REACH || dy < -REACH)
		return;
	sim->chance += 0x9e3779b97f4a7c15ull;
	b->hp -= 1 + (int32_t)(rng_mix(sim->chance) & 7) + (a->input_n >= 3 ? a->input[2] & 3 : 0);
	a->hits++;
	b->dx -= dx / 64;
	b->dy -= dy / 64;
	if (b->hp > 0)
		return;
	b->hp = 100;
	b->x = wrap((int32_t)(rng_mix(sim->chance + 1) & 0xffff));
	b->y = wrap((int32_t)(rng_mix(sim->chance + 2) & 0xffff));
}

void sim_step(struct sim *sim, const struct sim_input *inputs, uint32_t count)
{
	if (!sim->repeats)
		for (int i = 0; i < SIM_SEATS; i++)
			sim->units[i].input_n = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct sim_unit *u = &sim->units[inputs[i].seat % SIM_SEATS];

		memset(u->input, 0, sizeof(u->input));
		memcpy(u->input, inputs[i].data, inputs[i].n);
		u->input_n = inputs[i].n;
	}
	for (int i = 0; i < SIM_SEATS; i++)
		move(&sim->units[i]);
	for (int i = 0; i < SIM_SEATS; i++)
		fight(sim, &sim->units[i],
		      &sim->units[(i + 1 + (int)(sim->frame % (SIM_SEATS - 1))) % SIM_SEATS]);
	sim->frame++;
}

static uint64_t add(uint64_t hash, uint64_t v)
{
	return (hash ^ v) * 0x100000001b3ull + (hash >> 29);
}

uint64_t sim_hash(const struct sim *sim)
{
	uint64_t hash = add(add(0xcbf29ce484222325ull, sim->frame), sim->chance);

	for (int i = 0; i < SIM_SEATS; i++) {
		const struct sim_unit *u = &sim->units[i];

		hash = add(hash, (uint64_t)(uint32_t)u->x << 32 | (uint32_t)u->y);
		hash = add(hash, (uint64_t)(uint32_t)u->dx << 32 | (uint32_t)u->dy);
		hash = add(hash, (uint64_t)(uint32_t)u->hp << 32 | u->hits);
		hash = add(hash, (uint64_t)u->input[0] << 24 | (uint64_t)u->input[1] << 16 |
					 (uint64_t)u->input[2] << 8 | u->input[3] |
					 (uint64_t)u->input_n << 32);
	}
	return hash;
}

static uint8_t *put(uint8_t *out, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		*out++ = (uint8_t)(v >> (8 * i));
	return out;
}

static uint64_t get(const uint8_t **in, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t) * (*in)++ << (8 * i);
	return v;
}

uint32_t sim_save(const struct sim *sim, uint8_t out[SIM_SIZE])
{
	uint8_t *p = put(put(put(out, sim->frame, 4), sim->chance, 8), sim->repeats, 1);

	for (int i = 0; i < SIM_SEATS; i++) {
		const struct sim_unit *u = &sim->units[i];

		p = put(put(put(p, (uint32_t)u->x, 4), (uint32_t)u->y, 4), (uint32_t)u->dx, 4);
		p = put(put(put(p, (uint32_t)u->dy, 4), (uint32_t)u->hp, 4), u->hits, 4);
		memcpy(p, u->input, SIM_INPUT);
		p = put(p + SIM_INPUT, u->input_n, 1);
	}
	return (uint32_t)(p - out);
}

bool sim_load(struct sim *sim, struct str bytes)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	if (bytes.n != SAVE_HEAD + SIM_SEATS * SAVE_UNIT)
		return false;
	sim->frame = (uint32_t)get(&p, 4);
	sim->chance = get(&p, 8);
	sim->repeats = get(&p, 1);
	for (int i = 0; i < SIM_SEATS; i++) {
		struct sim_unit *u = &sim->units[i];

		u->x = (int32_t)get(&p, 4);
		u->y = (int32_t)get(&p, 4);
		u->dx = (int32_t)get(&p, 4);
		u->dy = (int32_t)get(&p, 4);
		u->hp = (int32_t)get(&p, 4);
		u->hits = (uint32_t)get(&p, 4);
		memcpy(u->input, p, SIM_INPUT);
		p += SIM_INPUT;
		u->input_n = (uint8_t)get(&p, 1);
		u->input_n = u->input_n > SIM_INPUT ? SIM_INPUT : u->input_n;
	}
	return true;
}
