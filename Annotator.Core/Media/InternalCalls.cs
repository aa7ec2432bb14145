using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Media;

/// <summary>
/// Calls between our own services. They carry a header that only a holder of the data-protection keys can make and that
/// dies after a minute; Worker refuses a call without it, so that its port may be reachable without being open.
/// Routes of Worker:
/// <list type="bullet">
/// <item><c>GET /internal/tasks/{taskId}/frames/{number}?quality=compressed&amp;width=</c>: a JPEG; without a width, full size.</item>
/// <item><c>GET /internal/tasks/{taskId}/chunks?first=&amp;last=&amp;quality=compressed|original</c>: a ZIP.</item>
/// <item><c>GET /internal/tasks/{taskId}/preview/{number}</c>: a small JPEG.</item>
/// <item><c>GET /internal/tasks/{taskId}/videos/{video}/chunks/{chunk}</c>: coded frames for a browser's decoder.</item>
/// <item><c>GET /internal/tasks/{taskId}/videos/{video}/strip?first=&amp;step=&amp;count=&amp;width=</c>: small pictures of the task's frames in one JPEG.</item>
/// <item><c>GET /internal/tasks/{taskId}/encoder</c>: the name of the encoder that makes them, <c>""</c> where there is none; nothing is kept.</item>
/// </list>
/// Each writes its result under its <see cref="DataKeys"/> key and answers with the bytes.
/// </summary>
public sealed class InternalCalls(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Header = "X-Annotator-Internal";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("Annotator.InternalCalls").ToTimeLimitedDataProtector();
    private readonly TimeProvider _time = time;

    /// <summary>A value for the header, good for one minute.</summary>
    public string Sign() => _protector.Protect("call", _time.GetUtcNow() + Lifetime);

    /// <summary>Whether one of our services made the value within the last minute.</summary>
    public bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        try
        {
            return _protector.Unprotect(value) == "call";
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>Registers <see cref="InternalCalls"/>.</summary>
public static class InternalCallsRegistration
{
    private const string Certificate = "DataProtection:Certificate";

    /// <summary>
    /// Adds the calls and the keys that Api and Worker share in the database. With the setting <c>DataProtection:Certificate</c> (a
    /// PKCS 12 file, its password in <c>DataProtection:CertificatePassword</c>) the keys are sealed themselves.
    /// </summary>
    public static IServiceCollection AddInternalCalls(this IServiceCollection services, IConfiguration configuration)
    {
        var keys = services.AddDataProtection().SetApplicationName("Annotator").PersistKeysToDbContext<AnnotatorDbContext>();
        if (configuration[Certificate] is { Length: > 0 } file)
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, configuration[Certificate + "Password"]);
            keys.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }

        services.AddSingleton<InternalCalls>();
        return services;
    }
}
