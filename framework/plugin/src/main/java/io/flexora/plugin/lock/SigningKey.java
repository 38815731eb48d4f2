package io.flexora.plugin.lock;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The public key by which a user knows who signs a plugin. Like a key in SSH's list of known hosts
 * it is trusted because the user named it: no authority, date or revocation is looked at.
 *
 * @param sha256 the SHA-256 of the key in the form that certificates hold (SubjectPublicKeyInfo)
 * @since 0.1
 */
public record SigningKey(String sha256) {

  private static final int FILE_MAXIMUM = 1 << 20;

  /** What a signature consists of. No name may end in {@code .jar}: a class path could name it. */
  private static final Pattern OF_SIGNATURE =
      Pattern.compile("META-INF/MANIFEST\\.MF|(?i:META-INF/[^/]*\\.(SF|RSA|DSA|EC))");

  /**
   * Reads a certificate (PEM or DER) or a public key (PEM).
   *
   * @throws FlexoraException if the file is neither
   */
  public static SigningKey read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > FILE_MAXIMUM) {
        throw new FlexoraException("there is no certificate or public key at " + file);
      }
      byte[] bytes = Files.readAllBytes(file);
      Optional<byte[]> key =
          DetachedSignature.block("PUBLIC KEY", new String(bytes, StandardCharsets.ISO_8859_1));
      return key.isPresent()
          ? new SigningKey(FileHash.of(key.get()).sha256())
          : of(
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes))
                  .getPublicKey());
    } catch (CertificateException | IllegalArgumentException e) {
      throw new FlexoraException(
          file + " holds neither a certificate (PEM or DER) nor a public key (PEM)", e);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  static SigningKey of(PublicKey key) {
    return new SigningKey(FileHash.of(key.getEncoded()).sha256());
  }

  /** The key that signed a jar as a whole; empty if there is none. */
  public static Optional<SigningKey> ofJar(Path jar) {
    try (JarFile opened = new JarFile(jar.toFile(), true)) {
      for (JarEntry entry : Collections.list(opened.entries())) {
        if (!OF_SIGNATURE.matcher(entry.getName()).matches() && !entry.isDirectory()) {
          readWhole(opened, entry);
          CodeSigner[] signers = entry.getCodeSigners();
          return Stream.of(signers == null ? new CodeSigner[0] : signers)
              .map(SigningKey::keyOf)
              .filter(key -> key.problemOf(jar).isEmpty())
              .findFirst();
        }
      }
      return Optional.empty();
    } catch (IOException | UncheckedIOException | SecurityException e) {
      return Optional.empty();
    }
  }

  /** Only an entry that was read to its end has its signers. */
  private static long readWhole(JarFile jar, JarEntry entry) {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Looks for what keeps a jar from being signed by this key as a whole.
   *
   * @return what is wrong, to follow the name of the jar; empty if there are entries beside those
   *     of the signature itself, and each of them is signed
   */
  public Optional<String> problemOf(Path jar) {
    try (JarFile opened = new JarFile(jar.toFile(), true)) {
      List<JarEntry> entries =
          opened.stream()
              .filter(entry -> !OF_SIGNATURE.matcher(entry.getName()).matches())
              .toList();
      return entries.stream().allMatch(JarEntry::isDirectory)
          ? Optional.of("is not signed: it has no entry that a signature could be of")
          : entries.stream().flatMap(entry -> problemOf(opened, entry).stream()).findFirst();
    } catch (SecurityException e) {
      return Optional.of("was changed after it was signed: " + e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      return Optional.of("cannot be read: " + ReadFailure.reason(jar, e));
    }
  }

  private Optional<String> problemOf(JarFile jar, JarEntry entry) {
    long bytes = readWhole(jar, entry);
    CodeSigner[] signers = entry.getCodeSigners();
    if (signers == null) {
      // A folder has no bytes to sign. If it has some, they can be loaded under its name.
      return entry.isDirectory() && bytes == 0
          ? Optional.empty()
          : Optional.of("is not signed: nobody signed its entry '%s'".formatted(entry.getName()));
    }
    return Stream.of(signers).anyMatch(this::isOf)
        ? Optional.empty()
        : Optional.of(
            "is signed by another key (SHA-256 %s) than the one that is asked for (%s)"
                .formatted(keyOf(signers[0]).sha256(), sha256));
  }

  private boolean isOf(CodeSigner signer) {
    return equals(keyOf(signer));
  }

  private static SigningKey keyOf(CodeSigner signer) {
    return of(signer.getSignerCertPath().getCertificates().get(0).getPublicKey());
  }
}
