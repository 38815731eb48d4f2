package io.flexora.comparison.process;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The environment variables that numbers, memory and caches of a cell depend on. */
public final class CellEnvironment {

  private static final List<String> PREFIXES =
      List.of(
          "OMP_",
          "GOMP_",
          "KMP_",
          "MKL_",
          "ONEDNN_",
          "MALLOC_",
          "GLIBC_TUNABLES",
          "HF_",
          "DJL_",
          "PYTORCH_");

  private static final List<String> SECRETS = List.of("TOKEN", "SECRET", "PASSWORD", "KEY");

  private CellEnvironment() {}

  /** Those of this process; what may be a secret is left out, since files may hold them. */
  public static Map<String, String> here() {
    return of(System.getenv());
  }

  static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> sent = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (PREFIXES.stream().anyMatch(name.toUpperCase(Locale.ROOT)::startsWith)
              && !isSecret(name)) {
            sent.put(name, value);
          }
        });
    return sent;
  }

  /** Whether what has a name may be a secret. */
  static boolean isSecret(String name) {
    return SECRETS.stream().anyMatch(name.toUpperCase(Locale.ROOT)::contains);
  }
}
