import { createCache } from 'cache-manager';
import Keyv from 'keyv';
import KeyvRedis from '@keyv/redis';
import { check, database, end, equal, library, port } from './check.mjs';

library('cache-manager');
const keyv = new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${port}/${database}`) });
keyv.on('error', () => {});
const cache = createCache({ stores: [keyv] });
await check('wrap', async () => {
  let made = 0;
  await cache.del('cm:w');
  equal(await cache.wrap('cm:w', async () => ++made, 10_000), 1);
  equal(await cache.wrap('cm:w', async () => ++made, 10_000), 1);
});
await check('several at once', async () => {
  await cache.mset([{ key: 'cm:a', value: 1, ttl: 10_000 }, { key: 'cm:b', value: 2 }]);
  equal(await cache.mget(['cm:a', 'cm:b', 'cm:none']), [1, 2, undefined]);
  await cache.mdel(['cm:a', 'cm:b']);
  equal(await cache.get('cm:a'), undefined);
});
end();
