using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Annotator.Core.CloudStorages;
using Annotator.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Security.CloudStorages;

/// <summary>With a certificate, whoever reads the database reads no keys, and so no credentials.</summary>
public sealed class SealedKeys(SealedKeys.App app) : IClassFixture<SealedKeys.App>
{
    [Fact]
    public async Task Keys_in_the_database_are_sealed_by_the_certificate_and_still_open_credentials()
    {
        var vault = app.Services.GetRequiredService<CredentialsVault>();
        var kept = vault.Seal(new CloudCredentials("id", "a secret"));

        await using var db = app.Db();
        var keys = await db.DataProtectionKeys.Select(key => key.Xml!).ToListAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(keys);
        Assert.All(keys, xml => Assert.Contains("EncryptedData", xml));
        await using var replica = app.CreateReplica();
        Assert.Equal("a secret", replica.Services.GetRequiredService<CredentialsVault>().Open(kept).SecretKey);
        Assert.DoesNotContain("a secret", vault.Open(kept).ToString());
    }

    public sealed class App(DatabaseTemplate template) : AnnotatorApp(template)
    {
        private readonly string _certificate = Path.Combine(Path.GetTempPath(), $"annotator-{Guid.CreateVersion7():N}.pfx");

        public override async ValueTask InitializeAsync()
        {
            using var key = RSA.Create(2048);
            using var certificate = new CertificateRequest("CN=annotator", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            await File.WriteAllBytesAsync(_certificate, certificate.Export(X509ContentType.Pkcs12, "pass"));
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            File.Delete(_certificate);
        }

        protected override void Configure(IWebHostBuilder host)
        {
            host.UseSetting("DataProtection:Certificate", _certificate);
            host.UseSetting("DataProtection:CertificatePassword", "pass");
        }
    }
}
