using System.Text.Json;

namespace Annotator.Api.Lists;

/// <summary>
/// Lists that clients of the contract read in passing and of which this server makes no members: an empty page is the truth.
/// Whoever adds one of these kinds takes its line away here.
/// </summary>
internal static class EmptyLists
{
    private static readonly string[] Paths =
    [
        "organizations", "memberships", "invitations", "issues", "comments", "webhooks",
        "quality/reports", "quality/conflicts", "quality/settings",
    ];

    public static void MapEmptyLists(this IEndpointRouteBuilder routes)
    {
        foreach (var path in Paths)
        {
            routes.MapGet(path, () => TypedResults.Ok(Listing.Empty<JsonElement>())).WithName($"{path.Replace('/', '_')}_list").WithTags("Empty");
        }
    }
}
