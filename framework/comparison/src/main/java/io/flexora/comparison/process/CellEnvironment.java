package io.flexora.comparison.process;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

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

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final List<String> SECRETS = List.of("TOKEN", "SECRET", "PASSWORD", "KEY");

  /** Shorter values of secrets are in other values by chance. */
  private static final int LEAST_SECRET = 6;

  private static final Pattern CREDENTIALS =
      Pattern.compile("(?i)(\\b[a-z][a-z0-9+.-]*://)[^/?#\\s@]*@");

  /** Access tokens of Hugging Face, GitHub, GitLab and AWS, and passwords in addresses. */
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          "\\bhf_\\w{16,}|\\bgh[a-z]_\\w{16,}|\\bgithub_pat_\\w+|\\bglpat-[\\w-]+|\\bAKIA\\w{12,}"
              + "|(?i)\\bBearer |[?&;]\\w*(token|secret|password|key)\\w*=");

  private CellEnvironment() {}

  /** Those of this process; what may be a secret is left out, since files may hold them. */
  public static Map<String, String> here() {
    return of(System.getenv());
  }

  /** Of an address, what is in front of the host is left out; of other secrets, the variable. */
  static Map<String, String> of(Map<String, String> environment) {
    List<String> secrets =
        environment.entrySet().stream()
            .filter(variable -> isSecret(variable.getKey()))
            .map(Map.Entry::getValue)
            .filter(value -> value.length() >= LEAST_SECRET)
            .toList();
    Map<String, String> sent = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (PREFIXES.stream().anyMatch(name.toUpperCase(Locale.ROOT)::startsWith)
              && VARIABLE.matcher(name).matches()
              && !isSecret(name)) {
            String open = CREDENTIALS.matcher(value).replaceAll("$1");
            if (secrets.stream().noneMatch(open::contains) && !isSecretValue(open)) {
              sent.put(name, open);
            }
          }
        });
    return sent;
  }

  /** Whether what has a name may be a secret. */
  static boolean isSecret(String name) {
    return SECRETS.stream().anyMatch(name.toUpperCase(Locale.ROOT)::contains);
  }

  /** Whether a value looks like a secret, or has one in it. */
  static boolean isSecretValue(String value) {
    return SECRET_VALUE.matcher(value).find() || CREDENTIALS.matcher(value).find();
  }
}
