import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { promisify } from 'node:util';
import { check, database, end, equal, library, port } from './check.mjs';

library('connect-redis');
const client = createClient({ url: `redis://127.0.0.1:${port}/${database}` });
client.on('error', () => {});
const store = new RedisStore({ client, prefix: 'sess:' });
const call = (name, ...args) => promisify(store[name].bind(store))(...args);
await check('sessions', async () => {
  await client.connect();
  const session = { cookie: { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000).toISOString() }, user: 'me' };
  await call('clear');
  await call('set', 'one', session);
  equal((await call('get', 'one')).user, 'me');
  await call('touch', 'one', session);
  equal(await call('length'), 1);
  equal(await call('ids'), ['one']);
  await call('destroy', 'one');
  equal(await call('get', 'one') ?? null, null);
});
end();
