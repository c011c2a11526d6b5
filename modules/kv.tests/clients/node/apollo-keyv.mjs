import { KeyvAdapter } from '@apollo/utils.keyvadapter';
import Keyv from 'keyv';
import KeyvRedis from '@keyv/redis';
import { check, database, end, equal, library, port } from './check.mjs';

library('@apollo/utils.keyvadapter');
const adapter = new KeyvAdapter(new Keyv(new KeyvRedis(`redis://127.0.0.1:${port}/${database}`)));
await check('set, get, many in a tick, delete', async () => {
  await adapter.set('ap:a', 'v', { ttl: 60 });
  await adapter.set('ap:b', 'w');
  equal(await Promise.all(['ap:a', 'ap:b', 'ap:none'].map(key => adapter.get(key))), ['v', 'w', undefined]);
  equal(await adapter.delete('ap:a'), true);
  equal(await adapter.get('ap:a'), undefined);
});
end();
