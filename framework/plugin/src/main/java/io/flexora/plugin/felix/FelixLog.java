package io.flexora.plugin.felix;

import org.apache.felix.framework.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what Felix has to say to SLF4J. Nothing is set up until there is something to say, which
 * keeps the start short.
 */
final class FelixLog extends Logger {

  @Override
  protected void doLog(int level, String message, Throwable problem) {
    org.slf4j.Logger log = LoggerFactory.getLogger(FelixLog.class);
    // What matters to the user is in the status of the plugin, so Felix is never louder than debug.
    log.debug("Felix level {}: {}", level, message, problem);
  }
}
