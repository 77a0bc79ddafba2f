//! TLS with ring, and the certificates it trusts: read at the first handshake, so that plain HTTP needs and costs none.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

/// Where systems keep the bundle of certificates that they trust, the most common place first.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

chassis::section! {
    /// Whom TLS trusts.
    pub struct Trust {
        /// A PEM file of certificate authorities to trust instead of the system's.
        pub ssl_cert_file: Option<PathBuf>,
    }
}

impl Trust {
    /// A TLS configuration that reads the bundle when it first needs it.
    pub(crate) fn config(&self) -> ClientConfig {
        let provider = Arc::new(ring::default_provider());
        let verifier =
            Verifier { bundle: self.ssl_cert_file.clone(), provider: provider.clone(), loaded: OnceLock::new() };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows the default versions")
            .dangerous() // Not weaker: the verifier below is the ordinary one, made late.
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config
    }
}

/// The ordinary verifier of web certificates, made at the first handshake.
#[derive(Debug)]
struct Verifier {
    bundle: Option<PathBuf>,
    provider: Arc<CryptoProvider>,
    loaded: OnceLock<Arc<WebPkiServerVerifier>>,
}

impl Verifier {
    /// The verifier. A failure is not remembered: a bundle may be mounted late.
    fn loaded(&self) -> Result<&WebPkiServerVerifier, Error> {
        if let Some(verifier) = self.loaded.get() {
            return Ok(verifier);
        }
        let roots = match &self.bundle {
            Some(bundle) => read(bundle)?,
            None => BUNDLES.iter().map(Path::new).find(|bundle| bundle.exists()).map_or_else(
                || Err(Error::General(String::from("no bundle of certificate authorities: set SSL_CERT_FILE"))),
                read,
            )?,
        };
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), self.provider.clone()).build();
        let verifier = verifier.map_err(|error| Error::General(error.to_string()))?;
        Ok(self.loaded.get_or_init(|| verifier))
    }
}

/// The certificates in a file. What is no certificate that can sign is left out, as everywhere.
fn read(bundle: &Path) -> Result<RootCertStore, Error> {
    let unusable = |why: &str| Error::General(format!("the certificate authorities in {}: {why}", bundle.display()));
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(bundle).map_err(|error| unusable(&error.to_string()))?;
    let (usable, _) = roots.add_parsable_certificates(certificates.filter_map(Result::ok));
    if usable == 0 { Err(unusable("there is none")) } else { Ok(roots) }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.loaded()?.verify_server_cert(leaf, chain, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
