package io.flexora.api.run;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options of a runner that starts a Java virtual machine for each cell.
 *
 * @since 0.1
 */
public record JavaOptions(
    @Option(
            doc =
                "maximum Java heap of each cell, such as 2g or 800m; as in this process by"
                    + " default. It does not include PyTorch's memory")
        Optional<String> maxHeap,
    @Option(doc = "further JVM options of each cell, such as -Xss2m", byDefault = "[]")
        List<String> javaOptions) {

  private static final Pattern SIZE = Pattern.compile("[1-9]\\d{0,8}[kmgtKMGT]");

  /**
   * Copies the list and checks the texts.
   *
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public JavaOptions {
    javaOptions = List.copyOf(javaOptions);
    maxHeap.ifPresent(size -> requireSize("max_heap", size));
    requireWords("java_options", javaOptions);
  }

  /**
   * Refuses what is no size of memory.
   *
   * @param option the key of the option
   * @throws IllegalArgumentException if it is none
   */
  public static void requireSize(String option, String written) {
    OptionException.require(option, isSize(written), written, "no size, such as 800m or 2g");
  }

  /** Whether a text is a size of memory as Java writes it, such as {@code 800m} or {@code 2g}. */
  public static boolean isSize(String written) {
    return SIZE.matcher(written).matches();
  }

  /**
   * Refuses what is no option of Java.
   *
   * @param option the key of the option
   * @throws IllegalArgumentException if one of the words is none
   */
  public static void requireWords(String option, List<String> words) {
    for (String word : words) {
      OptionException.require(
          option, word.startsWith("-"), word, "no option of Java, such as -Xss2m");
    }
  }

  /** All that is said to the Java virtual machine of a cell. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    maxHeap.ifPresent(size -> words.add("-Xmx" + size));
    words.addAll(javaOptions);
    return words;
  }
}
