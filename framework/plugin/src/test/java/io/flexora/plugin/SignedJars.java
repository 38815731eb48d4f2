package io.flexora.plugin;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;

/** A signer with a key of its own. */
public final class SignedJars {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path folder;
  private final KeyStore.PrivateKeyEntry key;

  /** Makes a key. */
  public SignedJars(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "signer",
                "-keyalg",
                "EC",
                "-dname",
                "CN=Signer",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(store.toFile())) {
      keys.load(in, PASSWORD);
    }
    key =
        (KeyStore.PrivateKeyEntry)
            keys.getEntry("signer", new KeyStore.PasswordProtection(PASSWORD));
  }

  /** The certificate as a PEM file. */
  public Path certificate() throws IOException, GeneralSecurityException {
    return pem("CERTIFICATE", key.getCertificate().getEncoded());
  }

  /** The public key as a PEM file. */
  public Path publicKey() throws IOException {
    return pem("PUBLIC KEY", key.getCertificate().getPublicKey().getEncoded());
  }

  /** The private key and the certificate as a PEM file. */
  public Path keys() throws IOException, GeneralSecurityException {
    return Files.writeString(
        folder.resolve("keys.pem"),
        text("PRIVATE KEY", key.getPrivateKey().getEncoded())
            + text("CERTIFICATE", key.getCertificate().getEncoded()));
  }

  private Path pem(String what, byte[] bytes) throws IOException {
    return Files.writeString(folder.resolve(what.charAt(0) + ".pem"), text(what, bytes));
  }

  private static String text(String what, byte[] bytes) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes));
  }

  /** Signs every entry of a jar. */
  public Path sign(Path jar, Path target) throws Exception {
    Certificate[] chain = key.getCertificateChain();
    JarSigner signer =
        new JarSigner.Builder(
                key.getPrivateKey(),
                java.security.cert.CertificateFactory.getInstance("X.509")
                    .generateCertPath(java.util.List.of(chain)))
            .build();
    try (ZipFile in = new JarFile(jar.toFile());
        OutputStream out = Files.newOutputStream(target)) {
      signer.sign(in, out);
    }
    return target;
  }
}
