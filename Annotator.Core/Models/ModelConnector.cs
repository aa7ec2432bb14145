using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Annotator.Core.Models;

/// <summary>The protocols that models elsewhere are asked by; the words of the API.</summary>
public static class ConnectorKinds
{
    /// <summary>A function as CVAT deploys it: a picture in, shapes or a mask out.</summary>
    public const string Nuclio = "nuclio";

    /// <summary>A machine-learning backend of Label Studio: <c>/predict</c>.</summary>
    public const string LabelStudio = "label-studio";

    /// <summary>An inference server of the KServe protocol, version 2 (Triton and others): tensors in, tensors out.</summary>
    public const string KServe = "kserve";

    public static IReadOnlyList<string> All { get; } = [Nuclio, LabelStudio, KServe];
}

/// <summary>Where a model answers that does not run here.</summary>
/// <param name="Kind">One of <see cref="ConnectorKinds"/>.</param>
/// <param name="Url">http or https, without a user name.</param>
/// <param name="Labels">Its classes, in its order; empty where it tells them itself.</param>
/// <param name="Task">detect or interact; KServe and a Nuclio dashboard tell it themselves.</param>
public sealed record ModelConnector(string Kind, string Url, IReadOnlyList<string> Labels, string Task = ModelConnector.Detect)
{
    public const string Detect = "detect";
    public const string Interact = "interact";
}

/// <summary>Seals the secrets of connectors with the data-protection keys that Api and Worker share. They come in and never go out.</summary>
public sealed class ConnectorSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Annotator.Models.ConnectorSecrets");

    public string Seal(string secret) => _protector.Protect(secret);

    /// <summary>Null when this server's keys do not open it: it has to be entered again.</summary>
    public string? Open(string sealedSecret)
    {
        try
        {
            return _protector.Unprotect(sealedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
