package io.flexora.plugin.lock;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signature of a file, kept beside the file with the public key: two PEM blocks, {@code PUBLIC
 * KEY} and {@code SIGNATURE}. The signature is ECDSA or RSA with SHA-256, or Ed25519, as {@code
 * openssl dgst -sha256 -sign} and {@code openssl pkeyutl -sign -rawin} make it.
 *
 * @since 0.1
 */
public final class DetachedSignature {

  /** The ending of a signature's file, behind the name of the signed file. */
  public static final String ENDING = ".sig";

  /** The largest file of a signature, and of keys, in bytes. */
  public static final int BYTES_MAXIMUM = 1 << 16;

  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private DetachedSignature() {}

  /**
   * Signs a file.
   *
   * @param keys a PEM file with a private key (PKCS #8, not encrypted) and its certificate or
   *     public key
   * @return the text of the signature's file
   * @throws FlexoraException if the file of keys has no such pair
   */
  public static String sign(byte[] content, Path keys) {
    String text = read(keys);
    PrivateKey secret =
        block("PRIVATE KEY", text)
            .flatMap(DetachedSignature::privateKey)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        keys
                            + " has no private key (PEM, PKCS #8, EC, RSA or Ed25519, not"
                            + " encrypted)"));
    PublicKey open =
        publicKey(text)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        keys + " has no certificate or public key (PEM) beside the private key"));
    String signed =
        pem("PUBLIC KEY", open.getEncoded()) + pem("SIGNATURE", signature(content, secret, keys));
    try {
      signerOf(keys.toString(), content, signed.getBytes(StandardCharsets.US_ASCII));
    } catch (FlexoraException e) {
      throw new FlexoraException(keys + ": the public key does not belong to the private key", e);
    }
    return signed;
  }

  private static byte[] signature(byte[] content, PrivateKey key, Path keys) {
    try {
      Signature signature = Signature.getInstance(algorithm(key.getAlgorithm()));
      signature.initSign(key);
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new FlexoraException(keys + " cannot sign: " + e.getMessage(), e);
    }
  }

  /**
   * Checks a signature.
   *
   * @param name the name of the signed file in messages
   * @param signature the content of the signature's file
   * @return the key that signed the file
   * @throws FlexoraException if the signature is malformed or belongs to another content
   */
  public static SigningKey signerOf(String name, byte[] content, byte[] signature) {
    String text = new String(signature, StandardCharsets.ISO_8859_1);
    Optional<PublicKey> key = publicKey(text);
    Optional<byte[]> made = block("SIGNATURE", text);
    if (key.isEmpty() || made.isEmpty()) {
      throw new FlexoraException(
          "%s%s is no signature: it needs the PEM blocks PUBLIC KEY and SIGNATURE"
              .formatted(name, ENDING));
    }
    if (!verifies(content, key.get(), made.get())) {
      throw new FlexoraException(
          "%s was changed after it was signed, or its signature belongs to another file"
              .formatted(name));
    }
    return SigningKey.of(key.get());
  }

  private static boolean verifies(byte[] content, PublicKey key, byte[] made) {
    try {
      Signature signature = Signature.getInstance(algorithm(key.getAlgorithm()));
      signature.initVerify(key);
      signature.update(content);
      return signature.verify(made);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String algorithm(String key) {
    return switch (key) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> "Ed25519";
    };
  }

  /** The public key of a text with a certificate or a public key. */
  private static Optional<PublicKey> publicKey(String text) {
    Optional<byte[]> certificate = block("CERTIFICATE", text);
    if (certificate.isPresent()) {
      try {
        return Optional.of(
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.get()))
                .getPublicKey());
      } catch (GeneralSecurityException e) {
        return Optional.empty();
      }
    }
    return block("PUBLIC KEY", text)
        .flatMap(
            bytes ->
                ALGORITHMS.stream()
                    .flatMap(algorithm -> publicKey(algorithm, bytes).stream())
                    .findFirst());
  }

  private static Optional<PublicKey> publicKey(String algorithm, byte[] bytes) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(bytes)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static Optional<PrivateKey> privateKey(byte[] bytes) {
    return ALGORITHMS.stream()
        .flatMap(algorithm -> privateKey(algorithm, bytes).stream())
        .findFirst();
  }

  private static Optional<PrivateKey> privateKey(String algorithm, byte[] bytes) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** The bytes of a PEM block; empty if there is none, or it is malformed. */
  static Optional<byte[]> block(String kind, String text) {
    Matcher found =
        Pattern.compile("-----BEGIN %1$s-----([^-]*)-----END %1$s-----".formatted(kind))
            .matcher(text);
    try {
      return found.find()
          ? Optional.of(Base64.getMimeDecoder().decode(found.group(1)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String pem(String kind, byte[] bytes) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines);
  }

  private static String read(Path keys) {
    try {
      if (!Files.isRegularFile(keys) || Files.size(keys) > BYTES_MAXIMUM) {
        throw new FlexoraException("there is no file of keys (PEM) at " + keys);
      }
      return Files.readString(keys, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw ReadFailure.explain(keys, e);
    }
  }
}
