package io.flexora.source.hf;

import java.io.IOException;

/** The failure of a request to the Hub; the message is meant for the user. */
final class HubFailure extends IOException {
  private static final long serialVersionUID = 1L;
  private final Kind kind;

  /** The kinds of failure after which one can do different things. */
  enum Kind {
    /** Nobody is there: no connection can be made. */
    UNREACHABLE,
    /** The connection is not to be trusted, or broke too often. */
    BROKEN,
    /** The Hub is there and cannot serve now. */
    BUSY,
    /** The repository is not for this user. */
    REFUSED,
    /** There is no such repository, as far as this user may know. */
    NO_REPOSITORY,
    /** The repository has no such revision. */
    NO_REVISION,
    /** The revision has no such file. */
    NO_FILE,
    /** The answer is not what the Hub answers. */
    MALFORMED
  }

  HubFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  HubFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** Whether there is nothing at the location, as far as this user may know. */
  boolean isAbsence() {
    return kind == Kind.NO_REPOSITORY || kind == Kind.NO_REVISION || kind == Kind.NO_FILE;
  }

  /** Whether what was downloaded before may still be right. */
  boolean leavesCacheValid() {
    return kind != Kind.NO_REVISION && kind != Kind.NO_FILE;
  }
}
