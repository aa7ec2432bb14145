using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>What the product is for, from sign-in to the exported file, by the pages alone.</summary>
[Collection(nameof(LocalSystem))]
public sealed class MainJob(LocalSystem system)
{
    private const double Tolerance = 0.5;
    private static readonly int[] Head = [170, 60, 300, 220];
    private static readonly int[] Suit = [120, 300, 240, 280, 260, 420, 140, 450];
    private static readonly int[] Badges = [350, 110, 420, 160, 390, 230];
    private static readonly int[] Late = [330, 300, 440, 400];
    private static readonly int[] Rocket = [150, 250, 260, 420];
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Real_photos_are_uploaded_labelled_through_kills_exported_as_drawn_and_imported_again()
    {
        using var photos = new SamplePhotos();
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await CreateProjectAsync(person);
        var task = await UploadAsync(person, photos);
        var job = await AssignAsync(person);

        await LabelAstronautAsync(person, job);
        await LabelRocketAsync(person, job, photos.FrameOf("upright.jpg"));
        await LoseNothingAsync(person, job);
        var drawn = await AnnotationsAsync(task);
        Assert.Equal(5, drawn.Shapes.Count);
        await CompleteAsync(person, task, job);

        var cvat = await ExportAsync(person, task, "CVAT for images 1.1", killWorker: true);
        var coco = await ExportAsync(person, task, "COCO 1.0", killWorker: false);
        CompareCvat(cvat);
        CompareCoco(coco);

        await ImportAsync(person, task, "COCO 1.0", coco);
        var fromCoco = await AnnotationsAsync(task);
        Assert.Equal([.. drawn.Shapes.Where(shape => shape.Type != "points").Select(shape => shape.Geometry)], fromCoco.Shapes.Select(shape => shape.Geometry));
        await DeleteAnnotationsAsync(task);
        await ImportAsync(person, task, "CVAT 1.1", cvat);
        var fromCvat = await AnnotationsAsync(task);
        Assert.Equal(drawn.Shapes.Select(shape => shape.Whole), fromCvat.Shapes.Select(shape => shape.Whole));
        Assert.Equal(drawn.Tags, fromCvat.Tags);
        File.Delete(cvat);
        File.Delete(coco);
    }

    private static async Task CreateProjectAsync(PersonAtBrowser person)
    {
        var page = person.Page;
        await person.GoToAsync("/");
        await person.GoToPageAsync("/projects/new");
        var newLabel = page.GetByLabel("New label");
        await newLabel.FillAsync("person");
        await newLabel.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Attributes", Exact = true }).ClickAsync();
        await AddAttributeAsync(page, 0, "pose", "select", "standing\nsitting\nlying");
        await AddAttributeAsync(page, 1, "smiles", "checkbox", null);
        await AddAttributeAsync(page, 2, "age", "number", null);
        var age = page.Locator(".attribute-row").Nth(2);
        await age.GetByLabel("From").FillAsync("0");
        await age.GetByLabel("To", new() { Exact = true }).FillAsync("120");
        await age.GetByLabel("Default").FillAsync("30");
        await AddAttributeAsync(page, 3, "note", "text", null);
        foreach (var (name, type) in new[] { ("rocket", "any"), ("space", "tag") })
        {
            await newLabel.FillAsync(name);
            await newLabel.PressAsync("Enter");
            await page.GetByLabel($"Kind of shape of {name}").SelectOptionAsync(type);
        }

        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create project" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Space" })).ToBeVisibleAsync();
    }

    private static async Task AddAttributeAsync(IPage page, int index, string name, string inputType, string? choices)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add attribute" }).ClickAsync();
        var row = page.Locator(".attribute-row").Nth(index);
        await row.GetByLabel("Attribute", new() { Exact = true }).FillAsync(name);
        await row.GetByLabel("Entered as").SelectOptionAsync(inputType);
        if (choices is not null)
        {
            await row.GetByLabel("Choices, one a line").FillAsync(choices);
        }
    }

    private async Task<int> UploadAsync(PersonAtBrowser person, SamplePhotos photos)
    {
        var page = person.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "New task" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New task" })).ToBeVisibleAsync();
        var files = page.Locator("input[data-pick=files]");
        await Expect(files).ToBeEnabledAsync();
        await files.SetInputFilesAsync(photos.Paths);
        await Expect(page.GetByText($"{photos.Paths.Count} files")).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Moon flight");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and upload" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/tasks/\\d+$"));
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Open job \\d+$") })).ToBeVisibleAsync();
        return int.Parse(page.Url.Split('/')[^1], CultureInfo.InvariantCulture);
    }

    private static async Task<int> AssignAsync(PersonAtBrowser person)
    {
        var page = person.Page;
        var open = await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Open job \\d+$") }).GetAttributeAsync("href");
        var job = int.Parse(open!.Split('/')[^1], CultureInfo.InvariantCulture);
        await page.GetByLabel($"Select job {job}").CheckAsync();
        await page.GetByLabel("Assign to").SelectOptionAsync(new SelectOptionValue { Label = LocalSystem.AdminName });
        await page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).ClickAsync();
        await Expect(page.GetByLabel($"Assignee of job {job}").Locator("option:checked")).ToHaveTextAsync(LocalSystem.AdminName);
        await page.GetByRole(AriaRole.Link, new() { Name = $"Open job {job}" }).ClickAsync();
        await Expect(page.Locator(".foot [data-save=saved]")).ToBeVisibleAsync();
        return job;
    }

    private static async Task LabelAstronautAsync(PersonAtBrowser person, int job)
    {
        var page = person.Page;
        await person.OpenJobAsync(job, 0, 256, 256);
        await page.Keyboard.PressAsync("b");
        await person.DragAsync(Head[0], Head[1], Head[2], Head[3]);
        await person.ListedAsync(1);
        await page.Keyboard.PressAsync("p");
        await person.ClickAsync(Suit);
        await page.Keyboard.PressAsync("n");
        await person.ListedAsync(2);
        await page.Keyboard.PressAsync("t");
        await person.ClickAsync(Badges);
        await page.Keyboard.PressAsync("n");
        await person.ListedAsync(3);

        await page.Keyboard.PressAsync("Escape");
        await person.ClickAsync(Badges[0], Badges[1]);
        await Expect(page.Locator(".row[aria-selected=true]")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator(".row[aria-selected=true] .name")).ToHaveTextAsync("rocket");
        await person.ClickAsync((Head[0] + Head[2]) / 2, (Head[1] + Head[3]) / 2);
        await page.GetByLabel("pose").SelectOptionAsync("sitting");
        await page.GetByLabel("smiles").CheckAsync();
        await page.GetByLabel("age", new() { Exact = true }).FillAsync("41");
        await page.GetByLabel("age", new() { Exact = true }).PressAsync("Tab");
        await page.GetByLabel("note").FillAsync("looks at <us> & smiles");
        await page.GetByLabel("note").PressAsync("Tab");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByLabel("Add a tag").SelectOptionAsync(new SelectOptionValue { Label = "space" });
        await Expect(page.GetByLabel("Remove the tag space")).ToBeVisibleAsync();
        await person.SavedAsync();
    }

    private static async Task LabelRocketAsync(PersonAtBrowser person, int job, int frame)
    {
        await person.OpenJobAsync(job, frame, 213, 320);
        await person.Page.Keyboard.PressAsync("b");
        await person.DragAsync(Rocket[0], Rocket[1], Rocket[2], Rocket[3]);
        await person.ListedAsync(1);
        await person.SavedAsync();
    }

    /// <summary>The api and the worker are killed, something is drawn, and the browser is killed too.</summary>
    private async Task LoseNothingAsync(PersonAtBrowser person, int job)
    {
        await person.OpenJobAsync(job, 0, 256, 256);
        await person.ListedAsync(3);
        var api = await system.KillAsync("api");
        var worker = await system.KillAsync("worker");
        await person.Page.Keyboard.PressAsync("b");
        await person.DragAsync(Late[0], Late[1], Late[2], Late[3]);
        await person.ListedAsync(4);
        await person.CommittedAsync();
        await person.KillBrowserAsync();

        await system.WaitForRestartAsync("api", api);
        await system.WaitForRestartAsync("worker", worker);
        await person.OpenBrowserAsync();
        await person.OpenJobAsync(job, 0, 256, 256);
        await person.ListedAsync(4);
        await person.SavedAsync();
    }

    private async Task CompleteAsync(PersonAtBrowser person, int task, int job)
    {
        var page = person.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Complete the job" }).ClickAsync();
        await Expect(page.Locator("button.job[data-state=completed]")).ToBeVisibleAsync();
        await person.GoToPageAsync($"/tasks/{task}");
        await Expect(page.GetByLabel($"State of job {job}")).ToHaveValueAsync("completed");
        foreach (var stage in new[] { "validation", "acceptance" })
        {
            // A new stage is new work.
            await page.GetByLabel($"Stage of job {job}").SelectOptionAsync(stage);
            await Expect(page.GetByLabel($"State of job {job}")).ToHaveValueAsync("new");
            await page.GetByLabel($"State of job {job}").SelectOptionAsync("completed");
            await Expect(page.Locator(".state-cell.ok")).ToBeVisibleAsync();
        }

        using var admin = await system.AdminAsync();
        await system.WaitAsync("the job is completed in acceptance", async () =>
        {
            var stored = await admin.GetFromJsonAsync<JsonElement>($"/api/jobs/{job}", Cancel);
            return (stored.GetProperty("stage").GetString(), stored.GetProperty("state").GetString()) == ("acceptance", "completed");
        });
    }

    /// <summary>Exports by the pages; the worker is killed, or not, when it has been asked for the file.</summary>
    private async Task<string> ExportAsync(PersonAtBrowser person, int task, string format, bool killWorker)
    {
        var killed = 0;
        return await person.ExportAsync(
            task,
            format,
            before: async () => killed = killWorker ? await system.KillAsync("worker") : 0,
            after: () => killWorker ? system.WaitForRestartAsync("worker", killed) : Task.CompletedTask);
    }

    /// <summary>Imports the file in place of what is there after a look at what would come in, and waits on the page of requests until that is done.</summary>
    private async Task ImportAsync(PersonAtBrowser person, int task, string format, string path)
    {
        var page = person.Page;
        using var admin = await system.AdminAsync();
        var before = await ShapeIdsAsync(admin, task);
        await person.GoToPageAsync($"/tasks/{task}?tab=annotations");
        var import = page.GetByRole(AriaRole.Region, new() { Name = "Import", Exact = true });
        await import.GetByLabel("Format").SelectOptionAsync(format);
        var file = import.Locator("input[type=file]");
        await Expect(file).ToBeEnabledAsync();
        await file.SetInputFilesAsync(path);
        await Expect(import.GetByText("Nothing has been changed yet.")).ToBeVisibleAsync();
        await Expect(import.GetByLabel("Format")).ToHaveValueAsync(format);
        await Expect(import.GetByLabel("What is there already")).ToHaveValueAsync("replace");
        await import.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await person.RequestedAsync("Import annotations", format, "Finished");
        Assert.NotEqual(before, await ShapeIdsAsync(admin, task));
    }

    private async Task DeleteAnnotationsAsync(int task)
    {
        using var admin = await system.AdminAsync();
        using var answer = await admin.DeleteAsync(new Uri($"/api/tasks/{task}/annotations", UriKind.Relative), Cancel);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("", await ShapeIdsAsync(admin, task));
    }

    private static async Task<string> ShapeIdsAsync(HttpClient admin, int task) => string.Join(' ',
        (await admin.GetFromJsonAsync<JsonElement>($"/api/tasks/{task}/annotations", Cancel)).GetProperty("shapes").EnumerateArray().Select(shape => shape.GetProperty("id").GetInt64()));

    private async Task<StoredAnnotations> AnnotationsAsync(int task)
    {
        using var admin = await system.AdminAsync();
        var labels = (await admin.GetFromJsonAsync<JsonElement>($"/api/labels?task_id={task}", Cancel)).GetProperty("results").EnumerateArray()
            .ToDictionary(label => label.GetProperty("id").GetInt32(), label => label.GetProperty("name").GetString()!);
        return StoredAnnotations.Of(await admin.GetFromJsonAsync<JsonElement>($"/api/tasks/{task}/annotations", Cancel), labels);
    }

    private static void CompareCvat(string path)
    {
        using var file = ZipFile.OpenRead(path);
        using var entry = file.GetEntry("annotations.xml")!.Open();
        using var text = new StreamReader(entry);
        using var reader = System.Xml.XmlReader.Create(text);
        var root = XElement.Load(reader);
        var astronaut = root.Elements("image").Single(image => (string?)image.Attribute("name") == "astronaut.jpg");
        var boxes = astronaut.Elements("box").ToList();
        Assert.Equal(2, boxes.Count);
        AssertBox(Head, boxes[0]);
        AssertBox(Late, boxes[1]);
        Assert.Equal("person", (string?)boxes[0].Attribute("label"));
        Assert.Equal(
            ["age=41", "note=looks at <us> & smiles", "pose=sitting", "smiles=true"],
            boxes[0].Elements("attribute").Select(attribute => $"{(string?)attribute.Attribute("name")}={attribute.Value}").Order(StringComparer.Ordinal));
        var polygon = astronaut.Elements("polygon").Single();
        Assert.Equal("person", (string?)polygon.Attribute("label"));
        AssertNear(Suit, PointsOf(polygon));
        var points = astronaut.Elements("points").Single();
        Assert.Equal("rocket", (string?)points.Attribute("label"));
        AssertNear(Badges, PointsOf(points));
        Assert.Equal("space", (string?)astronaut.Elements("tag").Single().Attribute("label"));
        var upright = root.Elements("image").Single(image => (string?)image.Attribute("name") == "upright.jpg");
        Assert.Equal(("427", "640"), ((string?)upright.Attribute("width"), (string?)upright.Attribute("height")));
        AssertBox(Rocket, upright.Elements("box").Single());
    }

    private static void CompareCoco(string path)
    {
        using var file = ZipFile.OpenRead(path);
        using var entry = file.GetEntry("annotations/instances_default.json")!.Open();
        using var coco = JsonDocument.Parse(entry);
        var names = coco.RootElement.GetProperty("categories").EnumerateArray().ToDictionary(one => one.GetProperty("id").GetInt32(), one => one.GetProperty("name").GetString());
        Assert.Contains("rocket", names.Values);
        var images = coco.RootElement.GetProperty("images").EnumerateArray().ToDictionary(one => one.GetProperty("file_name").GetString()!, one => one.GetProperty("id").GetInt32());
        var annotations = coco.RootElement.GetProperty("annotations").EnumerateArray().ToList();
        Assert.Equal(4, annotations.Count);
        Assert.All(annotations, annotation => Assert.Equal("person", names[annotation.GetProperty("category_id").GetInt32()]));
        var astronaut = annotations.Where(annotation => annotation.GetProperty("image_id").GetInt32() == images["astronaut.jpg"]).ToList();
        Assert.Contains(astronaut, annotation => IsNear(SizeOf(Head), Numbers(annotation.GetProperty("bbox"))));
        Assert.Contains(astronaut, annotation => IsNear(SizeOf(Late), Numbers(annotation.GetProperty("bbox"))));
        Assert.Contains(astronaut, annotation => annotation.GetProperty("segmentation") is { ValueKind: JsonValueKind.Array } rings && rings.GetArrayLength() == 1 && IsNear(Suit, Numbers(rings[0])));
        var upright = annotations.Single(annotation => annotation.GetProperty("image_id").GetInt32() == images["upright.jpg"]);
        AssertNear(SizeOf(Rocket), Numbers(upright.GetProperty("bbox")));
    }

    private static int[] SizeOf(int[] box) => [box[0], box[1], box[2] - box[0], box[3] - box[1]];

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(one => one.GetDouble())];

    private static double[] PointsOf(XElement shape) =>
        [.. ((string?)shape.Attribute("points"))!.Split(',', ';').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private static void AssertBox(int[] drawn, XElement box) => AssertNear(
        drawn, [.. new[] { "xtl", "ytl", "xbr", "ybr" }.Select(name => double.Parse(((string?)box.Attribute(name))!, CultureInfo.InvariantCulture))]);

    private static bool IsNear(int[] drawn, double[] written) =>
        drawn.Length == written.Length && drawn.Zip(written).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance);

    private static void AssertNear(int[] drawn, double[] written) =>
        Assert.True(IsNear(drawn, written), $"Drawn: {string.Join(' ', drawn)}. In the file: {string.Join(' ', written)}.");
}
