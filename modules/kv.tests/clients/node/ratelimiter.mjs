import Limiter from 'ratelimiter';
import Redis from 'ioredis';
import { check, database, end, equal, library, port } from './check.mjs';

library('ratelimiter');
const clients = [1, 2].map(() => new Redis({ port, db: database }));
clients.forEach(client => client.on('error', () => {}));
await check('two clients never exceed the limit (sorted sets)', async () => {
  const limits = clients.map(db => new Limiter({ id: 'k', db, max: 10, duration: 60_000 }));
  await clients[0].flushdb();
  const left = await Promise.all(Array.from({ length: 40 }, (_, i) => new Promise((done, refuse) =>
    limits[i % 2].get((error, limit) => error ? refuse(error) : done(limit.remaining)))));
  equal(left.filter(remaining => remaining > 0).length, 10);
});
end();
