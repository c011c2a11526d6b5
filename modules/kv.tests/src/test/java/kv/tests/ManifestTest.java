package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import kv.server.ServerConfig;
import org.junit.jupiter.api.Test;

/** The manifests in packaging/: each field is one that Kubernetes knows, and the numbers in them fit each other. */
final class ManifestTest {
    private static final Map<String, Class<? extends KubernetesResource>> KINDS = Map.of("ConfigMap", ConfigMap.class,
            "Service", Service.class, "StatefulSet", StatefulSet.class);
    /** Of the JVM, its threads and its heap, beside the two limits of ours. */
    private static final long JVM_BYTES = 150L << 20;

    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory().enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));
    private final Map<String, KubernetesResource> resources = new HashMap<>();

    private static Path packaging() {
        return Path.of("../../packaging").toAbsolutePath().normalize();
    }

    private void load() throws IOException {
        for (String document : Files.readString(packaging().resolve("kubernetes/kv-server.yaml")).split("(?m)^---$")) {
            JsonNode written = yaml.readTree(document);
            String kind = written.get("kind").asText();
            KubernetesResource resource = yaml.treeToValue(written, KINDS.get(kind));
            TreeSet<String> unknown = new TreeSet<>();
            compare("", written, known(resource), unknown);
            assertEquals(new TreeSet<>(), unknown, kind + " has fields that Kubernetes does not know");
            assertEquals(null, resources.put(kind, resource), "twice");
        }
        assertEquals(KINDS.keySet(), resources.keySet());
    }

    /** The model keeps what it does not know aside, and would write it again: it is taken out first. */
    private JsonNode known(Object resource) {
        ObjectMapper strict = new ObjectMapper();
        strict.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            private static final long serialVersionUID = 1L;

            @Override
            public Boolean hasAnyGetter(Annotated annotated) {
                return annotated.getName().equals("getAdditionalProperties") ? Boolean.FALSE : super.hasAnyGetter(annotated);
            }

            @Override
            public boolean hasIgnoreMarker(AnnotatedMember member) {
                return member.getName().equals("getAdditionalProperties") || super.hasIgnoreMarker(member);
            }
        });
        return strict.valueToTree(resource);
    }

    private static void compare(String path, JsonNode written, JsonNode known, TreeSet<String> unknown) {
        if (known == null) {
            unknown.add(path);
        } else if (written.isObject()) {
            for (Iterator<String> names = written.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                boolean isEmpty = written.get(name).isContainerNode() && written.get(name).isEmpty();
                if (!isEmpty) { // which the model leaves out
                    compare(path + "/" + name, written.get(name), known.get(name), unknown);
                }
            }
        } else if (written.isArray()) {
            for (int i = 0; i < written.size(); i++) {
                compare(path + "/" + i, written.get(i), known.get(i), unknown);
            }
        }
    }

    private static ServerConfig config(String text) {
        ServerConfig config = ServerConfig.defaults();
        for (String line : text.lines().toList()) {
            String[] parts = line.strip().split(" ", 2);
            config = config.with(parts[0], parts[1]);
        }
        return config;
    }

    @Test
    void kubernetes_manifests_fitEachOther() throws Exception {
        load();
        ServerConfig config = config(((ConfigMap) resources.get("ConfigMap")).getData().get("kv-server.conf"));
        StatefulSet set = (StatefulSet) resources.get("StatefulSet");
        Container container = set.getSpec().getTemplate().getSpec().getContainers().get(0);
        long limit = Quantity.getAmountInBytes(container.getResources().getLimits().get("memory")).longValueExact();
        assertTrue(config.maxMemoryBytes() + config.maxBufferBytes() + JVM_BYTES <= limit,
                "the limits do not fit into the container's");
        Map<String, Integer> ports = new HashMap<>();
        container.getPorts().forEach(port -> ports.put(port.getName(), port.getContainerPort()));
        assertEquals(Map.of("kv", config.port(), "admin", config.adminPort()), ports);
        assertEquals("/readyz", path(container.getStartupProbe()));
        assertEquals("/healthz", path(container.getLivenessProbe()));
        assertEquals("/readyz", path(container.getReadinessProbe()));
        assertEquals(Boolean.FALSE, set.getSpec().getTemplate().getSpec().getEnableServiceLinks());
        assertEquals(set.getSpec().getSelector().getMatchLabels(), ((Service) resources.get("Service")).getSpec().getSelector());
        assertEquals(set.getSpec().getSelector().getMatchLabels(), set.getSpec().getTemplate().getMetadata().getLabels());
        assertEquals(set.getSpec().getServiceName(), ((Service) resources.get("Service")).getMetadata().getName());
    }

    private static String path(Probe probe) {
        assertNotNull(probe);
        assertEquals("admin", probe.getHttpGet().getPort().getStrVal());
        return probe.getHttpGet().getPath();
    }

    @Test
    void compose_limits_fitIntoTheContainers() throws Exception {
        JsonNode service = yaml.readTree(packaging().resolve("container/compose.yaml").toFile()).get("services").get("kv-server");
        ServerConfig config = ServerConfig.defaults().with("max-memory", service.get("environment").get("KV_MAX_MEMORY").asText())
                .with("max-buffer-memory", service.get("environment").get("KV_MAX_BUFFER_MEMORY").asText());
        assertEquals("1g", service.get("mem_limit").asText());
        assertTrue(config.maxMemoryBytes() + config.maxBufferBytes() + JVM_BYTES <= 1L << 30);
    }
}
