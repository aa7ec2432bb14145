using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Core.Models;

namespace Annotator.Api.Models;

/// <summary>What may be said of a connector. Whether its address may be reached is found out by Worker, at the moment it connects.</summary>
internal static class ConnectorChecks
{
    private const int MaxUrl = 2048;
    private const int MaxLabels = 10_000;
    private const int MaxLabel = 128;
    private const int MaxSecret = 4096;

    public static void Check(this Checks checks, ConnectorWrite connector)
    {
        checks.That(connector.Kind is not null && ConnectorKinds.All.Contains(connector.Kind), "connector", $"Say what kind of server it is: {string.Join(", ", ConnectorKinds.All)}.");
        checks.That(
            connector.Url is { Length: <= MaxUrl } && Uri.TryCreate(connector.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0,
            "connector",
            $"The address begins with http:// or https://, names no user, and has at most {MaxUrl} characters.");
        checks.That(connector.Task is null or ModelConnector.Detect or ModelConnector.Interact, "connector", "Say detect or interact.");
        checks.That((connector.Labels?.Length ?? 0) <= MaxLabels, "connector", $"At most {MaxLabels} classes.");
        checks.That(
            connector.Labels?.All(label => !string.IsNullOrWhiteSpace(label) && label.Length <= MaxLabel && !label.Any(char.IsControl)) ?? true,
            "connector",
            $"A class has 1 to {MaxLabel} characters.");
        checks.That(connector.Secret is null or { Length: <= MaxSecret } && !(connector.Secret?.Any(char.IsControl) ?? false), "connector", $"A secret is one line of at most {MaxSecret} characters.");
    }

    /// <summary>Takes a connector that was checked; a secret that is not sent stays as it is.</summary>
    public static void Apply(this AnnotationModel model, ConnectorWrite connector, ConnectorSecrets secrets)
    {
        model.Connector = JsonSerializer.Serialize(
            new ModelConnector(connector.Kind!, connector.Url!, [.. (connector.Labels ?? []).Select(label => label.Trim())], connector.Task ?? ModelConnector.Detect), JsonSerializerOptions.Web);
        model.SealedSecret = connector.Secret switch
        {
            null => model.SealedSecret,
            "" => null,
            var secret => secrets.Seal(secret),
        };
    }
}
