package io.flexora.plugin.status;

import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.ProvisionException;
import com.google.inject.spi.Message;
import io.flexora.api.run.FlexoraException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.BundleException;

/** Throwables in one readable line. */
public final class Causes {

  private static final int LENGTH_MAXIMUM = 400;

  /** A traceback ends with its error. */
  private static final int END_LENGTH = 160;

  private static final int FIRST_CLASS_FILE = 44;
  private static final String NO_CONSTRUCTOR = "No injectable constructor for type ";
  private static final Pattern NOT_BOUND =
      Pattern.compile("Explicit bindings are required and (.+) is not explicitly bound\\.");
  private static final Pattern CLASS_FILE =
      Pattern.compile("(\\S+) has been compiled by .* \\(class file version (\\d+)\\..*");

  private Causes() {}

  public static String of(Throwable problem) {
    return line(text(problem));
  }

  public static String of(Message message) {
    return line(text(message));
  }

  /** Says why the framework did not take up a bundle, none of whose code has run. */
  public static String ofInstallation(BundleException problem) {
    Throwable cause = problem.getCause();
    if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
      return line("its manifest cannot be used: " + cause.getMessage());
    }
    return line(cause == null ? problem.getMessage() : problem.getMessage() + " " + text(cause));
  }

  private static String text(Throwable problem) {
    if (problem instanceof FlexoraException) {
      return problem.getMessage();
    }
    if (problem instanceof UnsupportedClassVersionError) {
      return newerJava(problem.getMessage());
    }
    if (problem instanceof ExceptionInInitializerError && problem.getCause() != null) {
      return "a static initializer failed: " + text(problem.getCause());
    }
    if (problem instanceof NoClassDefFoundError && isUninitialized(problem)) {
      return problem.getCause() == null
          ? problem.getMessage()
          : problem.getMessage() + ": " + problem.getCause().getMessage();
    }
    if (problem instanceof NoClassDefFoundError || problem instanceof ClassNotFoundException) {
      return missingClass(problem);
    }
    if (problem instanceof BundleException && problem.getCause() != null) {
      return "its activator failed: " + text(problem.getCause());
    }
    List<Message> messages = messages(problem);
    if (!messages.isEmpty()) {
      return messages.stream().map(Causes::text).distinct().collect(Collectors.joining("; "));
    }
    String message = problem.getMessage();
    String name = problem.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }

  private static List<Message> messages(Throwable problem) {
    Collection<Message> messages = List.of();
    if (problem instanceof CreationException e) {
      messages = e.getErrorMessages();
    } else if (problem instanceof ConfigurationException e) {
      messages = e.getErrorMessages();
    } else if (problem instanceof ProvisionException e) {
      messages = e.getErrorMessages();
    }
    return List.copyOf(messages);
  }

  private static String text(Message message) {
    if (message.getCause() != null) {
      return text(message.getCause());
    }
    String words = message.getMessage();
    Matcher notBound = NOT_BOUND.matcher(words);
    if (notBound.matches()) {
      return notBound.group(1) + " is needed at " + message.getSource() + " and nothing binds it";
    }
    return words.startsWith(NO_CONSTRUCTOR)
        ? words.strip() + " Put @Inject (jakarta.inject) on one."
        : words;
  }

  private static String newerJava(String message) {
    Matcher matcher = CLASS_FILE.matcher(message);
    if (!matcher.lookingAt()) {
      return message;
    }
    return "%s was compiled for Java %d; this is Java %d"
        .formatted(
            matcher.group(1).replace('/', '.'),
            Integer.parseInt(matcher.group(2)) - FIRST_CLASS_FILE,
            Runtime.version().feature());
  }

  /** Whether a class is there, but failed when it was first used. */
  private static boolean isUninitialized(Throwable problem) {
    return String.valueOf(problem.getMessage()).startsWith("Could not initialize class ");
  }

  private static String missingClass(Throwable problem) {
    String message = String.valueOf(problem.getMessage());
    if (!message.matches("[\\w/.$]+")) {
      // What Felix says about a missing import begins with the class and goes on for a paragraph.
      message = message.split(" ", 2)[0];
    }
    return "the class "
        + message.replace('/', '.')
        + " is not there: its package is neither in the jar nor imported";
  }

  private static String line(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.length() <= LENGTH_MAXIMUM) {
      return line;
    }
    String end = line.substring(line.length() - END_LENGTH);
    return line.substring(0, LENGTH_MAXIMUM - END_LENGTH - 3) + " … " + end;
  }
}
