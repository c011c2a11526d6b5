package kv.server;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Where a program's settings come from: a file, if there is one, and the environment and the command line, which stay on top.
 * Immutable.
 */
final class SettingsSources {
    /** For a server within another program. */
    static final SettingsSources NONE = new SettingsSources(null, null, List.of(), List.of());

    private final String fileSource;
    private final String file;
    /** What the file said at the start. */
    private final List<Assignment> inFile;
    private final List<Assignment> onTop;

    private SettingsSources(String fileSource, String file, List<Assignment> inFile, List<Assignment> onTop) {
        this.fileSource = fileSource;
        this.file = file;
        this.inFile = inFile;
        this.onTop = List.copyOf(onTop);
    }

    /**
     * The sources of a program; reads the file.
     *
     * @param fileSource what names the file: the option or the variable
     * @param file the settings file; null = none
     * @param onTop what environment and command line say, the later overruling the earlier
     */
    static SettingsSources read(String fileSource, String file, List<Assignment> onTop) throws UsageException {
        return new SettingsSources(fileSource, file, file == null ? List.of() : SettingsFile.read(fileSource, file), onTop);
    }

    /** The settings file, or null. */
    String file() {
        return file;
    }

    /** All that was said at the start, the later overruling the earlier. */
    List<Assignment> all() {
        List<Assignment> all = new ArrayList<>(inFile);
        all.addAll(onTop);
        return all;
    }

    /** What the file said at the start of each setting. */
    Map<Setting, Assignment> inFile() {
        return bySetting(inFile);
    }

    /** What the file says now of each setting. There must be one. */
    Map<Setting, Assignment> readAgain() throws UsageException {
        return bySetting(SettingsFile.read(fileSource, file));
    }

    private static Map<Setting, Assignment> bySetting(List<Assignment> assignments) {
        Map<Setting, Assignment> all = new EnumMap<>(Setting.class);
        for (Assignment assignment : assignments) {
            all.put(assignment.setting(), assignment);
        }
        return all;
    }

    /** What says something of this setting that the file cannot overrule: an option or a variable; or null. */
    String onTop(Setting setting) {
        String source = null;
        for (Assignment assignment : onTop) {
            if (assignment.setting() == setting) {
                source = assignment.source();
            }
        }
        return source;
    }
}
