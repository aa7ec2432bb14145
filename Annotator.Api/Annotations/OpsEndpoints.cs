using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>How the editor saves: see docs/annotations-protocol.md.</summary>
internal static class OpsEndpoints
{
    public static void MapOps(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs/{id:int}").WithTags("Annotations").AddEndpointFilter(AnnotationFailures.AnswerAsync);
        jobs.MapPost("/ids", ReserveAsync).WithName("jobs_create_ids").RequireJob("update:annotations");
        jobs.MapPost("/ops", ApplyAsync).WithName("jobs_create_ops").RequireJob("update:annotations")
            .WithBodyLimit(AnnotationLimits.BatchBytes);
        jobs.MapGet("/changes", ReadChangesAsync).WithName("jobs_list_changes").RequireJob("view:annotations");
    }

    private static async Task<IResult> ReserveAsync(int id, IdsRequest body, AnnotationStore store, CurrentUser user, CancellationToken cancel)
    {
        if (body.Count is < 1 or > AnnotationLimits.Batch)
        {
            return Problems.Invalid("count", $"Must be from 1 to {AnnotationLimits.Batch}.");
        }

        var block = await store.ReserveIdsAsync(id, user.Id, body.Count, cancel);
        return Results.Ok(new IdsAnswer(block.First, block.Count));
    }

    private static async Task<IResult> ApplyAsync(
        int id, HttpRequest request, AnnotationStore store, JobEditing editing, CurrentUser user, CancellationToken cancel)
    {
        var batch = await OpsJson.ReadAsync(request.Body, cancel);
        var answer = await store.ApplyAsync(id, user.Id, batch, cancel);
        if (!answer.Replayed)
        {
            await editing.CommittedAsync(id, cancel);
        }

        return new AnnotationsResult(answer);
    }

    private static async Task<IResult> ReadChangesAsync(
        int id, HttpRequest request, AnnotatorDbContext db, AnnotationStore store, CancellationToken cancel)
    {
        if (!int.TryParse(request.Query["since"], NumberStyles.None, CultureInfo.InvariantCulture, out var since))
        {
            return Problems.Invalid("since", "The revision that is known; a whole number from 0.");
        }

        var changes = await store.ReadChangesAsync(id, since, cancel);
        if (changes is null)
        {
            return Problems.Of(
                StatusCodes.Status410Gone,
                "urn:annotator:changes-expired",
                $"The log of changes does not reach back to revision {since}; read the job again.");
        }

        var revision = changes.Count > 0
            ? changes[^1].Revision
            : await db.Jobs.Where(job => job.Id == id).Select(job => job.Revision).SingleAsync(cancel);
        var authors = changes.Select(change => change.UserId).Distinct().ToList();
        var names = await db.Users.Where(author => authors.Contains(author.Id)).ToDictionaryAsync(author => author.Id, author => author.UserName!, cancel);
        return Results.Ok(new Changes(revision, [.. changes.Select(change => ChangeView.Of(change, names))]));
    }

    private sealed record IdsRequest(int Count);

    private sealed record IdsAnswer(long First, int Count);

    /// <param name="List">Oldest first.</param>
    private sealed record Changes(int Revision, [property: JsonPropertyName("changes")] IReadOnlyList<ChangeView> List);
}

/// <summary>One committed change, as the log and the live feed show it.</summary>
/// <param name="Ops">Null for a bulk change, after which a client reads the job again.</param>
internal sealed record ChangeView(int Revision, ChangeAuthor User, DateTimeOffset At, Guid? ClientId, JsonElement? Ops)
{
    public static ChangeView Of(JobChange change, IReadOnlyDictionary<int, string> names) => new(
        change.Revision,
        new ChangeAuthor(change.UserId, names.GetValueOrDefault(change.UserId, "")),
        change.At,
        change.ClientId,
        change.Ops);
}

/// <summary>Who made a change.</summary>
/// <param name="Username">Empty when the account is gone.</param>
public sealed record ChangeAuthor(int Id, string Username);
