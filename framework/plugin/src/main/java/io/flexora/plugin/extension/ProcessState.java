package io.flexora.plugin.extension;

import io.flexora.plugin.status.Digits;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.function.Function;

/**
 * The state that all code of a process shares, and that any code can change: a plugin that does so
 * would move the numbers and messages of all others.
 */
final class ProcessState {

  private Map<SharedPart, Object> expected = now();

  /** A part of the state, with the method that changes it. */
  enum SharedPart {
    FORMAT_LOCALE("the default locale", "java/util/Locale", "setDefault") {
      @Override
      Object get() {
        return Locale.getDefault(Locale.Category.FORMAT);
      }

      @Override
      void set(Object value) {
        Locale.setDefault(Locale.Category.FORMAT, (Locale) value);
      }
    },
    LOCALE("the default locale", "java/util/Locale", "setDefault") {
      @Override
      Object get() {
        return Locale.getDefault();
      }

      @Override
      void set(Object value) {
        Locale formats = Locale.getDefault(Locale.Category.FORMAT);
        Locale texts = Locale.getDefault(Locale.Category.DISPLAY);
        Locale.setDefault((Locale) value);
        Locale.setDefault(Locale.Category.FORMAT, formats);
        Locale.setDefault(Locale.Category.DISPLAY, texts);
      }
    },
    DISPLAY_LOCALE("the default locale", "java/util/Locale", "setDefault") {
      @Override
      Object get() {
        return Locale.getDefault(Locale.Category.DISPLAY);
      }

      @Override
      void set(Object value) {
        Locale.setDefault(Locale.Category.DISPLAY, (Locale) value);
      }
    },
    ZONE("the default time zone", "java/util/TimeZone", "setDefault") {
      @Override
      Object get() {
        return TimeZone.getDefault();
      }

      @Override
      void set(Object value) {
        TimeZone.setDefault((TimeZone) value);
      }
    },
    OUT("System.out", "java/lang/System", "setOut") {
      @Override
      Object get() {
        return System.out;
      }

      @Override
      void set(Object value) {
        System.setOut((PrintStream) value);
      }
    },
    ERR("System.err", "java/lang/System", "setErr") {
      @Override
      Object get() {
        return System.err;
      }

      @Override
      void set(Object value) {
        System.setErr((PrintStream) value);
      }
    },
    IN("System.in", "java/lang/System", "setIn") {
      @Override
      Object get() {
        return System.in;
      }

      @Override
      void set(Object value) {
        System.setIn((InputStream) value);
      }
    };

    private final String words;
    private final String type;
    private final String setter;

    SharedPart(String words, String type, String setter) {
      this.words = words;
      this.type = type;
      this.setter = setter;
    }

    abstract Object get();

    abstract void set(Object value);

    /** Whether others can work with a value. */
    boolean isUsable(Object value) {
      return value instanceof Locale locale ? Digits.areAscii(locale) : value != null;
    }

    /** The class of the method that changes it, as class files name it. */
    String type() {
      return type;
    }

    /** The name of the method that changes it. */
    String setter() {
      return setter;
    }
  }

  private static Map<SharedPart, Object> now() {
    Map<SharedPart, Object> values = new EnumMap<>(SharedPart.class);
    for (SharedPart part : SharedPart.values()) {
      values.put(part, part.get());
    }
    return values;
  }

  /**
   * Puts back what a plugin has changed. A change that no plugin can have made is the program's
   * around the host: it stays, unless nothing could work with it.
   *
   * @param culprits the plugins that call the method which changes a part
   * @return a sentence for each part that was put back
   */
  synchronized List<String> restore(Function<SharedPart, List<String>> culprits) {
    List<String> told = new ArrayList<>();
    for (SharedPart part : SharedPart.values()) {
      Object was = expected.get(part);
      Object is = part.get();
      if (!Objects.equals(was, is)) {
        List<String> by = culprits.apply(part);
        if (by.isEmpty() && part.isUsable(is)) {
          expected.put(part, is);
        } else {
          part.set(was);
          told.add(
              "%s changed %s of the whole process, which was put back"
                  .formatted(by.isEmpty() ? "some code" : String.join(" or ", by), part.words));
        }
      }
    }
    return told.stream().distinct().toList();
  }
}
