package kv.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A file in PEM: sections between a {@code BEGIN} and an {@code END} line, one thing in DER each; all else is comment. */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * @param label what it is, as in the file: {@code CERTIFICATE}
     * @param encrypted whether it is readable with a password only
     */
    record Section(String label, boolean encrypted, byte[] der) {
    }

    private Pem() {
    }

    /** @throws BadTlsFileException naming the line, if a section is no PEM */
    static List<Section> sections(byte[] text) throws BadTlsFileException {
        List<Section> sections = new ArrayList<>();
        String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\\R");
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length()) {
                String label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                int end = end(lines, i, label);
                sections.add(section(lines, i, end, label));
                i = end;
            }
        }
        return sections;
    }

    private static int end(String[] lines, int begin, String label) throws BadTlsFileException {
        for (int i = begin + 1; i < lines.length; i++) {
            if (lines[i].strip().equals(END + label + DASHES)) {
                return i;
            }
        }
        throw new BadTlsFileException("the " + label + " that begins in line " + (begin + 1) + " has no end");
    }

    private static Section section(String[] lines, int begin, int end, String label) throws BadTlsFileException {
        StringBuilder base64 = new StringBuilder();
        boolean encrypted = label.startsWith("ENCRYPTED ");
        for (int i = begin + 1; i < end; i++) {
            boolean isHeader = lines[i].indexOf(':') >= 0;
            encrypted |= isHeader && lines[i].contains("ENCRYPTED");
            if (!isHeader) {
                base64.append(lines[i].strip());
            }
        }
        try {
            return new Section(label, encrypted, encrypted ? new byte[0] : Base64.getDecoder().decode(base64.toString()));
        } catch (IllegalArgumentException noBase64) {
            throw new BadTlsFileException("the " + label + " that begins in line " + (begin + 1) + " is no base64");
        }
    }
}
