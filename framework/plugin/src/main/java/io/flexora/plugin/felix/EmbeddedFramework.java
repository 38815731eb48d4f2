package io.flexora.plugin.felix;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.status.Causes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.felix.framework.Felix;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.slf4j.LoggerFactory;

/** Starts and stops Apache Felix inside this process. */
public final class EmbeddedFramework {

  // No plugin is there yet that could hang: what takes long is a machine that has too much to do.
  public static final Duration LIMIT = Duration.ofMinutes(5);

  private EmbeddedFramework() {}

  /**
   * Starts a framework without bundles, in a thread of its own: an interrupted one would not wait
   * for its end.
   *
   * @throws FlexoraException if it does not start
   */
  public static Framework start(Path storage) {
    Framework framework = new Felix(configuration(storage));
    try {
      new CallLimit(LIMIT)
          .run("framework", EmbeddedFramework.class.getClassLoader(), () -> started(framework));
    } catch (TimeoutException e) {
      throw new FlexoraException(
          "the OSGi framework did not start in %s within %d minutes; try again when the machine and its disk have less to do"
              .formatted(storage, LIMIT.toMinutes()),
          e);
    } catch (ExecutionException e) {
      throw new FlexoraException(
          "the OSGi framework does not start in %s: %s".formatted(storage, cause(e.getCause())), e);
    }
    return framework;
  }

  /** No plugin's code has run yet. */
  private static String cause(Throwable problem) {
    return problem instanceof BundleException refused
        ? Causes.ofInstallation(refused)
        : Causes.of(problem);
  }

  private static Void started(Framework framework) throws BundleException {
    framework.start();
    return null;
  }

  private static Map<String, Object> configuration(Path storage) {
    Map<String, Object> values = new HashMap<>();
    values.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    values.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    values.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.header());
    values.put(FelixConstants.LOG_LOGGER_PROP, new FelixLog());
    values.put(FelixConstants.LOG_LEVEL_PROP, "2");
    // The folder is private to this host, so nobody has to be locked out.
    values.put("felix.cache.locking", "false");
    // A global URL handler would outlive the host and shut out a second one in the process.
    values.put("felix.service.urlhandlers", "false");
    // A bundle sees what it imports: no guessing from the call stack.
    values.put("felix.bootdelegation.implicit", "false");
    // Threads of the resolver would outlive the host for a minute.
    values.put("felix.resolver.parallelism", "1");
    return values;
  }

  /** Stops the framework; gives up on a bundle that does not stop within the limit. */
  public static void stop(Framework framework, Duration limit) {
    try {
      new CallLimit(limit)
          .run("close", EmbeddedFramework.class.getClassLoader(), () -> stopped(framework));
    } catch (TimeoutException e) {
      LoggerFactory.getLogger(EmbeddedFramework.class)
          .warn("a plugin did not stop within {} s; the host closes without it", limit.toSeconds());
    } catch (ExecutionException e) {
      LoggerFactory.getLogger(EmbeddedFramework.class).warn("the framework did not stop", e);
    }
  }

  private static FrameworkEvent stopped(Framework framework)
      throws BundleException, InterruptedException {
    framework.stop();
    return framework.waitForStop(0);
  }
}
