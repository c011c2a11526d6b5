module example.embedded {
    requires kv.server;
}
