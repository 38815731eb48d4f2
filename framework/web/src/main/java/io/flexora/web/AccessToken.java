package io.flexora.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The secret that only the terminal which opened the page shows. Who has it may do what the page
 * can do.
 *
 * @param value 128 random bits, in letters that an address can hold
 */
record AccessToken(String value) {

  /** The header that carries it. A page of another origin cannot set one without being asked. */
  static final String HEADER = "Flexora-Token";

  private static final int BYTES = 16;

  static AccessToken random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new AccessToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Whether a given text is it; takes the same time whatever the text is. Null is not. */
  boolean is(String given) {
    return given != null
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "a token";
  }
}
