import fastifyRedis from '@fastify/redis';
import Fastify from 'fastify';
import { check, checkDatabase, database, end, equal, library, port } from './check.mjs';

library('@fastify/redis');
const app = Fastify();
await check('a server counts its visitors', async () => {
  await app.register(fastifyRedis, { host: '127.0.0.1', port, db: database });
  app.get('/', async () => ({ visitors: await app.redis.incr('fr:visitors') }));
  await app.ready();
  await app.redis.del('fr:visitors');
  await Promise.all(Array.from({ length: 20 }, () => app.inject('/')));
  equal((await app.inject('/')).json(), { visitors: 21 });
});
await checkDatabase('fr:visitors');
end();
