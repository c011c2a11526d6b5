package kv.commands;

import kv.protocol.ProtocolError;
import kv.protocol.Request;

/**
 * Decides what becomes of a request of a client whose requests are not executed as a matter of course: it has not said who it is,
 * is not allowed everything, or something else stands in the way.
 *
 * <p>Owner: one executor. Each kind of obstacle is a bit of {@link Client#checks}; for a client without any, which is usual,
 * nobody comes here.
 */
final class Admission {
    /** It has to say first who it is. */
    static final int LOGIN = 1;
    /** There is something that it may not do. */
    static final int RIGHTS = 1 << 1;
    /** There may be a {@link Pause}. */
    static final int PAUSE = 1 << 2;
    /** It does not want the next reply. */
    static final int REPLIES = 1 << 3;
    /** It has a {@link Transaction}, which takes what is admitted. */
    static final int TRANSACTION = 1 << 4;
    /** Somebody else has closed it, and the network has not heard of that yet. */
    static final int ENDED = 1 << 5;

    /** What becomes of the request. */
    enum Verdict {
        ADMITTED,
        /** It is not executed: the reply is written. */
        ANSWERED,
        /** It is left unread until what {@link CommandContext#waitFor} was told calls back. */
        HELD,
        /** It is not executed, nor is any that follows. */
        CLOSED
    }

    private final Denials denials;
    private final Pause pause;

    Admission(CommandService service) {
        this.denials = service.denials;
        this.pause = service.pause;
    }

    /** Looks at the request at hand; replies if it is not to be executed. May be asked again about the same one. */
    Verdict admit(CommandContext c) {
        int checks = c.client.checks();
        if ((checks & ENDED) != 0) {
            return Verdict.CLOSED;
        }
        if ((checks & PAUSE) != 0 && pause.stops(c.command) && !c.command.refuses(c.request)) {
            c.waitFor(callback -> pause.whenOver(c.client, callback));
            return Verdict.HELD;
        }
        if (c.command.needsNoLogin || c.command.refuses(c.request)) {
            return Verdict.ADMITTED;
        }
        if ((checks & LOGIN) != 0) {
            c.error(ProtocolError.AUTHENTICATION_REQUIRED);
            return Verdict.ANSWERED;
        }
        if ((checks & RIGHTS) != 0 && !isAllowed(c)) {
            return Verdict.ANSWERED;
        }
        return Verdict.ADMITTED;
    }

    private boolean isAllowed(CommandContext c) {
        Denials.Reason denied = denial(c.client, c.command, c.request, c.client.transaction == null ? "toplevel" : "multi",
                c.now);
        if (denied == null) {
            return true;
        }
        refuse(c, denied == Denials.Reason.COMMAND
                ? "NOPERM this user has no permissions to run the '" + c.command.fullName + "' command"
                : "NOPERM this user has no permissions to access one of the keys used as arguments");
        return false;
    }

    /**
     * Why the user of a client may not make this request; null: it may. What is denied is counted and kept.
     *
     * @param context toplevel, multi or lua, for ACL LOG
     */
    Denials.Reason denial(Client client, Command command, Request request, String context, long nowMillis) {
        Rights rights = client.rights;
        if (rights == null || command.needsNoLogin) {
            return null;
        }
        int forbidden = rights.forbidden(command, request, 0, client.speaksResp);
        if (forbidden == Rights.NOTHING) {
            return null;
        }
        if (forbidden == Rights.COMMAND) {
            denials.command(client, command.fullName, context, nowMillis);
            return Denials.Reason.COMMAND;
        }
        denials.key(client, forbidden == Rights.ALL_KEYS ? "*" : Quoted.cut(request, forbidden), context, nowMillis);
        return Denials.Reason.KEY;
    }

    private static void refuse(CommandContext c, String words) {
        if (c.client.speaksResp) {
            c.error(words);
        } else {
            c.error(ProtocolError.NOT_ALLOWED);
        }
    }
}
