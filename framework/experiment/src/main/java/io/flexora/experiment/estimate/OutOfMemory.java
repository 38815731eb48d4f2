package io.flexora.experiment.estimate;

import ai.djl.engine.EngineException;
import io.flexora.api.run.FlexoraException;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The message for memory that ran out where an estimate had let the work begin. */
public final class OutOfMemory {

  private static final Pattern REFUSED =
      Pattern.compile("can't allocate memory|out of memory", Pattern.CASE_INSENSITIVE);
  private static final Pattern AMOUNT =
      Pattern.compile("tried to allocate ([0-9.]+ *[a-z]+)", Pattern.CASE_INSENSITIVE);
  private static final String REMEDY =
      "Take a smaller batch, shorter texts (max_tokens) or a smaller model, or end what else runs"
          + " on this machine";

  private OutOfMemory() {}

  /**
   * Does some work.
   *
   * @throws FlexoraException if memory runs out in it, that of the device or that of Java
   */
  public static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (EngineException e) {
      String message = String.valueOf(e.getMessage());
      if (REFUSED.matcher(message).find()) {
        throw new FlexoraException("not enough memory" + amount(message) + ". " + REMEDY, e);
      }
      throw e;
    } catch (OutOfMemoryError e) {
      throw new FlexoraException(
          String.format(
              Locale.ROOT,
              "not enough memory: Java has used all %d MiB that it may. Let it have more, as by"
                  + " FLEXORA_JAVA_OPTS=-Xmx8g",
              Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static String amount(String message) {
    Matcher amount = AMOUNT.matcher(message);
    return amount.find() ? ": " + amount.group(1) + " could not be had" : "";
  }
}
