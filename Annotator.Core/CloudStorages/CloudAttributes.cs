using Microsoft.AspNetCore.WebUtilities;

namespace Annotator.Core.CloudStorages;

/// <summary>What the contract's <c>specific_attributes</c> may say of a storage.</summary>
/// <param name="EndpointUrl">Where the service is, if not at its provider's usual address.</param>
/// <param name="Prefix">What the browsing of content begins with.</param>
public sealed record CloudAttributes(Uri? EndpointUrl, string? Region, string Prefix)
{
    private static readonly HashSet<string> Known = ["endpoint_url", "region", "prefix", "project_id", "location"];

    /// <summary>Null with a reason when the text says something else.</summary>
    public static (CloudAttributes? Attributes, string? Refused) Read(string text)
    {
        var query = QueryHelpers.ParseQuery(text);
        if (query.Keys.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            return (null, $"\"{unknown}\" is not one of {string.Join(", ", Known.Order(StringComparer.Ordinal))}.");
        }

        if (query.Keys.FirstOrDefault(name => query[name].Count > 1) is { } twice)
        {
            return (null, $"\"{twice}\" is there twice.");
        }

        Uri? endpoint = null;
        if (Value("endpoint_url") is { } address
            && !(Uri.TryCreate(address, UriKind.Absolute, out endpoint)
                && endpoint.Scheme is "https" or "http" && endpoint.UserInfo.Length == 0 && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0))
        {
            return (null, "endpoint_url must be an http or https address without a user, query or fragment.");
        }

        var region = Value("region");
        return region is { Length: > 0 } && !region.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? (null, "region must be letters, digits and dashes.")
            : (new CloudAttributes(endpoint, region, Value("prefix") ?? ""), null);

        string? Value(string name) => query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } given ? given : null;
    }
}
