package kv.cli;

import java.util.List;

/**
 * What the command line asks for.
 *
 * @param repeats        how often the task is done; 0 = not said
 * @param intervalMillis pause between two times; -1 = not said
 * @param askPassword    whether the password is asked for on the terminal
 * @param warn           whether a password on the command line is worth a warning
 * @param pipeSeconds    with PIPE: how long the last reply may take; 0 = for ever
 * @param words          the command to send, empty for none
 */
record Options(Task task, Target target, boolean text, Format format, boolean lastFromInput, int repeats, long intervalMillis,
               String pattern, boolean askPassword, boolean warn, int pipeSeconds, List<String> words) {

    enum Task { COMMANDS, LATENCY, STAT, BIG_KEYS, HOT_KEYS, SCAN, PIPE, VERSION, HELP }

    /** How replies are printed; AUTO = for people on a terminal, raw elsewhere. */
    enum Format { AUTO, RAW, PRETTY, JSON, CSV }

    static final String HELP = """
            kv-cli: talks to a kv-server

            usage: kv-cli [OPTION]... [--] [COMMAND [ARGUMENT]...]

            With a COMMAND, sends it and prints the reply. Without one, reads commands, one a line: on a terminal as a shell
            with history, hints and completion, else from standard input.

              -h HOST            the server (127.0.0.1)
              -p PORT            its port (9099)
              -s PATH            its Unix domain socket, instead of host and port
              -u URI             all of it in one: kv://USER:PASSWORD@HOST:PORT/DATABASE
              -t SECONDS         give up connecting after so long (5)
              -a PASSWORD        log in; better by the environment: KV_CLI_AUTH
              --pass PASSWORD    the same as -a
              --user NAME        log in as this user, with -a
              --askpass          ask for the password
              --no-auth-warning  say nothing about a password that other users of this machine can see
              --tls              speak TLS; so does kvs:// or rediss:// in a URI
              --cacert FILE      with --tls: who may have signed the server's certificate, in PEM (whom the JDK trusts)
              --cert FILE        with --tls: the certificate that we show, in PEM
              --key FILE         with --tls: its private key, in PEM
              --insecure         with --tls: believe any server
              --sni NAME         with --tls: what the server's certificate must name (the host)
              -n NUMBER          the database (0)
              -2, -3             speak RESP2 (the default), or RESP3
              --resp             speak RESP, which carries any bytes (the default)
              --text             speak the text protocol
              --raw, --no-raw    print replies as they are, or for people (default: for people on a terminal only)
              --json             print replies as JSON, one a line; speaks RESP3 unless -2 is given
              --csv              print replies as comma-separated values
              -x                 the last argument comes from standard input, all of it
              -r N               do it N times; -1 until Ctrl-C
              -i SECONDS         wait so long in between, such as 0.5
              -e                 nothing: an error reply is exit status 1 anyway
              --pipe             send standard input as it is, and count the replies
              --pipe-timeout SECONDS  with --pipe: how long the last reply may take (30); 0 for ever
              --latency          measure the time of PING, until Ctrl-C; a line a second
              --stat             a line a second with the server's figures, until Ctrl-C
              --scan             print all keys, one a line
              --pattern GLOB     with --scan: only keys like this
              --bigkeys          find the longest values; reads all keys
              --hotkeys          find the keys that take most time and bytes, for 5 seconds, or as many as -i says
              --version          print the version and exit
              --help             print this and exit

            A word with blanks is quoted: "two words"; within double quotes \\n \\r \\t \\b \\a \\\\ \\" and \\x00 to \\xff
            stand for single bytes, within single quotes only \\' does.
            Exit status: 0 done, 1 the server could not be reached or replied with an error, 2 bad usage.
            """;

    /** @throws UsageException if two things are asked for that exclude each other */
    Options checked() throws UsageException {
        boolean isCommands = task == Task.COMMANDS || task == Task.VERSION || task == Task.HELP;
        if (!words.isEmpty() && !isCommands) {
            throw new UsageException("no command is possible here: '" + words.get(0) + "'");
        }
        if (text && (task == Task.STAT || task == Task.SCAN || task == Task.BIG_KEYS
                || task == Task.HOT_KEYS || task == Task.PIPE || target.resp3()
                || target.database() != 0 || format == Format.JSON || format == Format.CSV)) {
            throw new UsageException("this needs RESP, not --text");
        }
        if (pattern != null && task != Task.SCAN) {
            throw new UsageException("--pattern needs --scan");
        }
        if (lastFromInput && words.isEmpty()) {
            throw new UsageException("-x needs a command");
        }
        if (target.user() != null && target.password() == null && !askPassword) {
            throw new UsageException("--user needs a password: -a, KV_CLI_AUTH or --askpass");
        }
        return this;
    }

    Options withTarget(Target other) {
        return new Options(task, other, text, format, lastFromInput, repeats, intervalMillis, pattern, askPassword, warn,
                pipeSeconds,
                words);
    }
}
