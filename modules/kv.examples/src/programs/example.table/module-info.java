module example.table {
    requires kv.store;
}
