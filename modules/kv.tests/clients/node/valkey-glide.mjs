import { Batch, GlideClient, Script } from '@valkey/valkey-glide';
import { check, checkDatabase, database, end, equal, library, port } from './check.mjs';

library('@valkey/valkey-glide');
let client;
await check('strings', async () => {
  client = await GlideClient.createClient({ addresses: [{ host: '127.0.0.1', port }], databaseId: database });
  equal(await client.set('vg:a', 'v', { expiry: { type: 'EX', count: 100 } }), 'OK');
  equal(await client.get('vg:a'), 'v');
  equal(await client.ttl('vg:a') > 50, true);
  equal(await client.mget(['vg:a', 'vg:none']), ['v', null]);
});
await checkDatabase('vg:a');
await check('transactions', async () => {
  equal(await client.exec(new Batch(true).set('vg:t', '1').incr('vg:t'), true), ['OK', 2]);
});
await check('scripts', async () => {
  equal(await client.invokeScript(new Script("return redis.call('get', KEYS[1])"), { keys: ['vg:a'] }), 'v');
});
end();
