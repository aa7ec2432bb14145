using System.Net;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Models;

/// <summary>What objects took, as editors tell it, and what becomes of it: whether a model saves time.</summary>
public sealed class Assistance(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suggestions_are_set_against_drawing_by_hand_once_enough_is_known_of_both()
    {
        var (owner, job, label, model) = await BenchAsync();
        await SendAsync(owner, job, Enumerable.Range(1, 4).Select(id => Item(id, "accepted", 2, label)));
        await SendAsync(owner, job, [Item(5, "edited", 6, label, Rectangle(0, 0, 10, 10), Rectangle(0, 0, 10, 20)), Item(6, "rejected", 1, label, Rectangle(0, 0, 10, 10))]);
        await SendAsync(owner, job, Enumerable.Range(101, 4).Select(id => Item(id, "drawn", 9, label)));

        var early = (await app.As(owner).Get($"/api/models/{model}/assistance")).Is(HttpStatusCode.OK)["labels"][0];
        Assert.Equal(System.Text.Json.JsonValueKind.Null, early.GetProperty("saved_per_object").ValueKind);
        await SendAsync(owner, job, [Item(105, "drawn", 9, label)]);

        var row = (await app.As(owner).Get($"/api/models/{model}/assistance")).Is(HttpStatusCode.OK)["labels"][0];
        Assert.Equal(("car", 4, 1, 1, 5), (row.GetProperty("label").GetString(), Number("accepted"), Number("edited"), Number("rejected"), Number("drawn")));
        Assert.Equal(3, row.GetProperty("seconds_per_object").GetDouble(), 1e-6);
        Assert.Equal(0.9, row.GetProperty("mean_iou").GetDouble(), 1e-6);
        Assert.Equal(6, row.GetProperty("saved_per_object").GetDouble(), 1e-6);
        var csv = await (await app.As(owner).Get($"/api/models/{model}/assistance?format=csv")).Response.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("\"car\"", csv, StringComparison.Ordinal);
        Assert.Contains(",4,1,1,3,0.9,5,9,6", csv, StringComparison.Ordinal);
        Assert.Empty((await app.As(await app.Given.UserAsync()).Get($"/api/models/{model}/assistance")).Is(HttpStatusCode.OK)["labels"].EnumerateArray());

        int Number(string name) => row.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task The_last_word_on_an_object_counts_and_undone_work_is_forgotten()
    {
        var (owner, job, label, model) = await BenchAsync();
        await SendAsync(owner, job, [Item(1, "accepted", 2, label), Item(2, "accepted", 2, label)]);
        await SendAsync(owner, job, [Item(1, "rejected", 5, label, Rectangle(1, 2, 3, 4)), Item(2, "none", 0, label)]);
        await SendAsync(owner, job, [Item(1, "rejected", 5, label, Rectangle(1, 2, 3, 4))]);

        await using var db = app.Db();
        var work = Assert.Single(await db.ObjectWork.Where(row => row.JobId == job).ToListAsync(Cancel));
        Assert.Equal((1, WorkOutcome.Rejected, 5f, model), (work.ObjectId, work.Outcome, work.Seconds, work.ModelId));
        Assert.Equal([1, 2, 3, 4], work.Box!);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_labels_of_elsewhere_are_left_out()
    {
        var (owner, job, label, _) = await BenchAsync();
        var path = $"/api/jobs/{job}/work";
        (await app.As(owner).Post(path, new { items = new[] { Item(1, "guessed", 2, label) } })).Is(HttpStatusCode.BadRequest);
        (await app.As(owner).Post(path, new { items = new[] { Item(1, "drawn", -1, label) } })).Is(HttpStatusCode.BadRequest);
        (await app.As(owner).Post(path, new { items = Enumerable.Range(1, 501).Select(id => Item(id, "drawn", 1, label)) })).Is(HttpStatusCode.BadRequest);
        await SendAsync(owner, job, [Item(1, "drawn", 1, label + 100_000)]);

        await using var db = app.Db();
        Assert.False(await db.ObjectWork.AnyAsync(row => row.JobId == job, Cancel));
    }

    private async Task<(User Owner, int Job, int Label, int Model)> BenchAsync()
    {
        var owner = await app.Given.UserAsync();
        AnnotationJob job = await app.Given.JobAsync(owner);
        var model = await app.Given.ModelAsync(owner, ModelVisibility.Everyone);
        await using var db = app.Db();
        var label = await db.Labels.Where(label => label.TaskId == job.TaskId && label.Name == "car").Select(label => label.Id).SingleAsync(Cancel);
        db.SuggestedObjects.Add(new SuggestedObjects { JobId = job.Id, FirstId = 1, LastId = 100, ModelId = model.Id });
        await db.SaveChangesAsync(Cancel);
        return (owner, job.Id, label, model.Id);
    }

    private async Task SendAsync(User owner, int job, IEnumerable<object> items) => (await app.As(owner).Post($"/api/jobs/{job}/work", new { items })).Is(HttpStatusCode.OK);

    private static object Item(int id, string outcome, double seconds, int label, object? before = null, object? after = null) =>
        new { object_id = id, outcome, seconds, frame = 0, label_id = label, score = outcome == "drawn" ? (double?)null : 0.5, before, after };

    private static object Rectangle(params double[] points) => new { type = "rectangle", points, rotation = 0 };
}
