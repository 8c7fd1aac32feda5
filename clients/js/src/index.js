// @gamesrv/client: what a game imports.
export { Client } from './client.js';
export { Documents } from './documents.js';
export { GamesrvError } from './errors.js';
export { Lockstep } from './lockstep.js';
export { Room } from './room.js';
