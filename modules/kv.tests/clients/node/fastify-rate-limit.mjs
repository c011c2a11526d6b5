import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import Redis from 'ioredis';
import { check, database, end, equal, library, port } from './check.mjs';

library('@fastify/rate-limit');
const clients = [1, 2].map(() => new Redis({ port, db: database }));
clients.forEach(client => client.on('error', () => {}));
await check('two servers never exceed the limit', async () => {
  const apps = [];
  for (const redis of clients) {
    const app = Fastify();
    await app.register(rateLimit, { max: 10, timeWindow: 60_000, redis, nameSpace: `frl-${process.pid}-` });
    app.get('/', async () => 'hello');
    await app.ready();
    apps.push(app);
  }
  const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => apps[i % 2].inject('/')));
  equal(replies.filter(reply => reply.statusCode === 200).length, 10);
  equal(replies.filter(reply => reply.statusCode === 429).length, 30);
});
end();
