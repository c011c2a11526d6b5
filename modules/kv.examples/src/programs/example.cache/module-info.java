module example.cache {
    requires kv.store;
}
