using System.Net.Http.Json;
using System.Text.Json;
using Annotator.Tests.Unit.Inference;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>Models from the browser: the included one, and made-up ones whose right answer is known, from the dropped file to the annotation.</summary>
[Collection(nameof(LocalSystem))]
public sealed class ModelsInBrowser(LocalSystem system)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_included_model_annotates_the_sample_task_and_the_editor_shows_what_it_found()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var (task, job) = await SampleTask.MakeAsync(system);
        var page = person.Page;
        await person.GoToPageAsync($"/tasks/{task}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Auto-annotate" }).ClickAsync();
        await page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Text (PP-OCRv4)" });
        await Expect(page.GetByText("No class becomes a label")).ToBeVisibleAsync();
        await page.GetByLabel("What text becomes").SelectOptionAsync(new SelectOptionValue { Label = "a new label “text”" });
        var before = await AnnotationsAsync(task);
        await person.RunModelAsync();

        var after = await AnnotationsAsync(task);
        var found = after.EnumerateArray().Where(shape => shape.GetProperty("source").GetString() == "auto").ToList();
        Assert.NotEmpty(found);
        Assert.Equal(before.GetArrayLength() + found.Count, after.GetArrayLength());
        Assert.All(found, shape =>
        {
            Assert.Equal("polygon", shape.GetProperty("type").GetString());
            Assert.InRange(shape.GetProperty("score").GetDouble(), 0.1, 1);
            Assert.Single(shape.GetProperty("attributes").EnumerateArray());
        });
        var frame = found[0].GetProperty("frame").GetInt32();
        await person.OpenJobAsync(job, frame, 256, 256);
        await person.ListedAsync(after.EnumerateArray().Count(shape => shape.GetProperty("frame").GetInt32() == frame));
    }

    [Fact]
    public async Task A_dropped_detector_is_recognised_asked_about_tried_run_and_its_boxes_stand_in_the_editor()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var (task, job) = await SampleTask.MakeAsync(system);
        var page = person.Page;

        // A box in the middle of every picture, of the first of two classes that the file does not name.
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 6, (3, [32, 32, 16, 16, 0.9f, 0])), 1, 6, Golden.Places);
        await person.DropModelAsync(("finder.onnx", graph.ToBytes()));
        await Expect(page.GetByText("yolo-v8-raw").First).ToBeVisibleAsync();
        await page.GetByLabel("Names of the classes").FillAsync("thing\nother");
        await page.GetByLabel("2 classes", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take these answers" }).ClickAsync();
        await Expect(page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("thing, other")).ToBeVisibleAsync();

        await page.GetByLabel("Task", new() { Exact = true }).SelectOptionAsync($"{task}");
        await Expect(page.Locator(".trial figure")).ToHaveCountAsync(5);
        await Expect(page.Locator(".trial figcaption").First).ToContainTextAsync("1 found");

        await person.GoToPageAsync($"/jobs/{job}/auto-annotate");
        await page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "finder" });
        await page.GetByLabel("What thing becomes").SelectOptionAsync(new SelectOptionValue { Index = 2 });
        var label = await page.GetByLabel("What thing becomes").InputValueAsync();
        await page.GetByLabel("Frames", new() { Exact = true }).FillAsync("2-3");
        await person.RunModelAsync();

        var found = (await AnnotationsAsync(task)).EnumerateArray().Where(shape => shape.GetProperty("source").GetString() == "auto").ToList();
        Assert.Equal([1, 2], found.Select(shape => shape.GetProperty("frame").GetInt32()).Order());
        Assert.All(found, shape => Assert.Equal(0.9, shape.GetProperty("score").GetDouble(), 1e-3));

        await person.GoToPageAsync($"/tasks/{task}/auto-annotate");
        await page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "finder" });
        await Expect(page.GetByLabel("What thing becomes")).ToHaveValueAsync(label);
    }

    [Fact]
    public async Task A_dropped_pair_for_clicks_cuts_objects_out_in_the_editor()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var (task, job) = await SampleTask.MakeAsync(system);
        var page = person.Page;
        await person.DropModelAsync(("encoder.onnx", MadeUpSam.Encoder().ToBytes()), ("decoder.onnx", MadeUpSam.Decoder().ToBytes()));
        await Expect(page.GetByText("Cuts out what you click")).ToBeVisibleAsync();
        await Expect(page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync();
        var before = (await AnnotationsAsync(task)).GetArrayLength();

        await person.OpenJobAsync(job, 0, 256, 256);
        await page.Keyboard.PressAsync("s");
        await person.ClickAsync(300, 200);
        await Expect(page.Locator(".options")).ToContainTextAsync("1 of 3");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".options")).ToContainTextAsync("2 of 3");
        await page.Keyboard.PressAsync("Enter");
        await person.SavedAsync();

        var added = (await AnnotationsAsync(task)).EnumerateArray().Where(shape => shape.GetProperty("source").GetString() == "semi-auto").ToList();
        Assert.Equal(before + added.Count, (await AnnotationsAsync(task)).GetArrayLength());
        var shape = Assert.Single(added);
        var points = shape.GetProperty("points").EnumerateArray().Select(value => value.GetDouble()).ToList();
        var right = shape.GetProperty("type").GetString() == "mask" ? points[^2] : points.Where((_, i) => i % 2 == 0).Max();
        Assert.InRange(right, 296, 302);
    }

    [Fact]
    public async Task Suggestions_are_accepted_and_rejected_by_keys_one_after_the_other()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var (task, job) = await SampleTask.MakeAsync(system);
        using var admin = await system.AdminAsync();
        var labels = await admin.GetFromJsonAsync<JsonElement>($"/api/labels?task_id={task}", Cancel);
        var label = labels.GetProperty("results").EnumerateArray().First(label => label.GetProperty("type").GetString() == "any").GetProperty("id").GetInt32();
        var suggested = new[] { (20, 0.9), (200, 0.6), (350, 0.3) }.Select(one => new { type = "rectangle", frame = 0, label_id = label, points = new[] { one.Item1, 20, one.Item1 + 90, 110 }, source = "auto", score = one.Item2 });
        using (var answer = await admin.PatchAsJsonAsync($"/api/jobs/{job}/annotations?action=create", new { version = 0, tags = Array.Empty<object>(), shapes = suggested, tracks = Array.Empty<object>() }, Cancel))
        {
            answer.EnsureSuccessStatusCode();
        }

        await person.OpenJobAsync(job, 0, 256, 256);
        var page = person.Page;
        await Expect(page.GetByRole(AriaRole.Toolbar, new() { Name = "Suggestions of a model" })).ToContainTextAsync("3 suggestions here, 3 in the job");

        // The first press only selects the surest: nobody judges what they have not seen.
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator(".row[aria-selected=true]")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("a");
        await Expect(page.GetByText("2 suggestions here, 2 in the job")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("i");
        await Expect(page.GetByText("1 suggestion here, 1 in the job")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Alt+a");
        await person.ListedAsync(1);
        await person.SavedAsync();

        var left = (await AnnotationsAsync(task)).EnumerateArray().Where(shape => shape.GetProperty("source").GetString() is "auto" or "semi-auto")
            .ToDictionary(shape => Math.Round(shape.GetProperty("score").GetDouble(), 2), shape => shape.GetProperty("source").GetString());
        Assert.Equal(new Dictionary<double, string?> { [0.9] = "semi-auto", [0.3] = "auto" }, left);
    }

    /// <summary>The shapes of a task.</summary>
    private async Task<JsonElement> AnnotationsAsync(int task)
    {
        using var admin = await system.AdminAsync();
        return (await admin.GetFromJsonAsync<JsonElement>($"/api/tasks/{task}/annotations", Cancel)).GetProperty("shapes");
    }
}
