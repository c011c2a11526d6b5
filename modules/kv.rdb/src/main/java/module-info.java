/**
 * RDB files, as Redis and Valkey write them: reads the strings in them, and passes by everything else.
 *
 * <p>In reading order: {@link kv.rdb.RdbFile}, {@link kv.rdb.RdbSink}, {@link kv.rdb.RdbSummary};
 * {@link kv.rdb.Lzf} and {@link kv.rdb.Crc64} for single values.
 */
module kv.rdb {
    exports kv.rdb;
}
