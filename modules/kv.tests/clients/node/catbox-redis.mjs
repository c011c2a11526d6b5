import { Client, Policy } from '@hapi/catbox';
import { Engine } from '@hapi/catbox-redis';
import { check, database, end, equal, library, port, sleep } from './check.mjs';

library('@hapi/catbox-redis');
const client = new Client(new Engine({ host: '127.0.0.1', port, db: database, partition: 'hapi' }));
await check('set, get, drop', async () => {
  await client.start();
  const key = { segment: 'people', id: 'a' };
  await client.set(key, { b: 1 }, 60_000);
  const found = await client.get(key);
  equal(found.item, { b: 1 });
  equal(found.ttl > 50_000, true);
  await client.drop(key);
  equal(await client.get(key), null);
});
await check('a policy makes what is missing once', async () => {
  let made = 0;
  const policy = new Policy({ expiresIn: 500, generateTimeout: 5000, generateFunc: async () => { await sleep(20); return ++made; } },
    client, 'made');
  await policy.drop('k');
  equal(await Promise.all(Array.from({ length: 10 }, () => policy.get('k'))), Array(10).fill(1));
  await sleep(600);
  equal(await policy.get('k'), 2);
});
end();
