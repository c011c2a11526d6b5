package kv.server;

/**
 * A value that some source gives a setting.
 *
 * @param source what a message names: the option, the variable, or file, line and name
 */
record Assignment(String source, Setting setting, String value) {
}
