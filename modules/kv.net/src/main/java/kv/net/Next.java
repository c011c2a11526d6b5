package kv.net;

/** What the handler wants of its event loop when the output so far is sent. Of several wishes the last one here counts. */
enum Next {
    /** Read on. */
    CONTINUE,
    /** Call the handler again with what is unread, in its turn. */
    PAUSE,
    /** Call the handler again with what is unread, on the slow lane. */
    DEFER,
    CLOSE,
    /** Nothing more is sent: the handler, or we, have failed. */
    FAIL
}
