using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>A thousand photos and their boxes through the pages that import and export.</summary>
[Collection(nameof(LocalSystem))]
public sealed class DatasetDialogs(LocalSystem system)
{
    private const string Coco = "COCO 1.0";
    private const int BoxesOfPhoto = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_photos_are_uploaded_annotated_by_a_file_that_is_looked_at_first_exported_and_an_import_called_off_loses_nothing()
    {
        using var dataset = new LargeDataset();
        using var admin = await system.AdminAsync();
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await person.GoToAsync("/");
        var project = await CreateProjectAsync(admin);
        var task = await UploadAsync(person, project, dataset);

        await ImportAsync(person, task, dataset.Annotations(BoxesOfPhoto, strays: 7));
        var stored = await ShapesAsync(admin, task);
        Assert.Equal(Expected(), stored.Select(shape => shape.Box));
        await LookAtTheSameOnceMoreAsync(person, task, dataset.Annotations(2));
        Compare(dataset, await ExportWithImagesAsync(person, task));

        await RefuseAsync(person, task, dataset);
        await CallOffAsync(system, person, task, dataset.Annotations(150));
        Assert.Equal(stored, await ShapesAsync(admin, task));
    }

    /// <summary>What the file says of two labels, one of them by another name.</summary>
    private static IEnumerable<string> Expected() =>
        from photo in Enumerable.Range(0, LargeDataset.Photos)
        from number in Enumerable.Range(0, BoxesOfPhoto)
        let label = LargeDataset.LabelOf(number)
        where label != "blur"
        select Text(photo, label == "lorry" ? "truck" : label, LargeDataset.BoxOf(photo, number));

    private static string Text(int photo, string label, int[] box) => $"{photo} {label} {string.Join(' ', box)}";

    private static async Task<int> CreateProjectAsync(HttpClient admin)
    {
        using var made = await admin.PostAsJsonAsync("/api/projects", new { name = "A thousand", labels = new[] { new { name = "car" }, new { name = "truck" } } }, Cancel);
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetInt32();
    }

    private static async Task<int> UploadAsync(PersonAtBrowser person, int project, LargeDataset dataset)
    {
        var page = person.Page;
        await person.GoToPageAsync($"/tasks/new?project={project}");
        var files = page.Locator("input[data-pick=files]");
        await Expect(files).ToBeEnabledAsync();
        await files.SetInputFilesAsync(dataset.PhotosPath);
        await Expect(page.GetByText("1 file")).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("A thousand photos");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and upload" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/tasks/\\d+$"));
        await Expect(page.GetByText("1,000 frames")).ToBeVisibleAsync();
        return int.Parse(page.Url.Split('/')[^1], CultureInfo.InvariantCulture);
    }

    private static async Task ImportAsync(PersonAtBrowser person, int task, string path)
    {
        var import = await LookAsync(person, task, path);
        await Expect(import.GetByText("of 1,007")).ToBeVisibleAsync();
        await Expect(import.GetByLabel("Format")).ToHaveValueAsync(Coco);
        await Expect(import.GetByLabel("What is there already")).ToHaveValueAsync("replace");

        await import.GetByText("7 images of the file are not here and are left out").ClickAsync();
        await Expect(import.GetByLabel("Images that were not found").GetByRole(AriaRole.Listitem)).ToHaveTextAsync(Enumerable.Range(0, 7).Select(n => $"stray-{n}.jpg"));
        await Expect(import.GetByLabel("What car becomes").Locator("option:checked")).ToHaveTextAsync("car");
        await import.GetByLabel("What lorry becomes").SelectOptionAsync(new SelectOptionValue { Label = "truck" });
        await import.GetByLabel("What blur becomes").SelectOptionAsync(new SelectOptionValue { Label = "nothing (left out)" });
        await Expect(import.GetByText("1,000 of the file’s objects stay out")).ToBeVisibleAsync();
        await import.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();

        var latest = await person.RequestedAsync("Import annotations");
        await Expect(latest).ToContainTextAsync("Finished");
        await Expect(latest).ToContainTextAsync("1000 frames and 2000 annotations imported");
        await latest.GetByText("Report", new() { Exact = true }).ClickAsync();
        await Expect(latest.GetByText("2,000 rectangles")).ToBeVisibleAsync();
        await Expect(latest.GetByText("Frames of the file that are not in the task were left out")).ToBeVisibleAsync();
    }

    /// <summary>What was mapped is remembered; a merge brings in nothing that is there; and thrown away, the file changes nothing.</summary>
    private static async Task LookAtTheSameOnceMoreAsync(PersonAtBrowser person, int task, string path)
    {
        var import = await LookAsync(person, task, path);
        await Expect(import.GetByText("2,000 annotations that are there now will be removed.")).ToBeVisibleAsync();
        await Expect(import.GetByLabel("What lorry becomes").Locator("option:checked")).ToHaveTextAsync("truck");
        await import.GetByLabel("What is there already").SelectOptionAsync("merge");
        await Expect(import.Locator("dl.figures > div", new() { HasText = "There already" }).Locator("dd")).ToHaveTextAsync("2,000");
        await Expect(import.Locator("dl.figures .figure")).ToHaveTextAsync("0");
        await import.GetByRole(AriaRole.Button, new() { Name = "Throw the file away" }).ClickAsync();
        await Expect(person.Page.GetByText("Drop an archive or an annotation file here")).ToBeVisibleAsync();
    }

    private static async Task<string> ExportWithImagesAsync(PersonAtBrowser person, int task)
    {
        var page = person.Page;
        await person.GoToPageAsync($"/tasks/{task}?tab=annotations");
        await page.GetByLabel("Format").First.SelectOptionAsync(Coco);
        await page.GetByLabel("Originals").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync();
        var latest = await person.RequestedAsync("Export with images");
        var download = latest.GetByRole(AriaRole.Link, new() { Name = "Download" });
        await Expect(download).ToBeVisibleAsync();
        var file = await page.RunAndWaitForDownloadAsync(() => download.ClickAsync());
        Assert.EndsWith(".zip", file.SuggestedFilename, StringComparison.Ordinal);
        return (await file.PathAsync())!;
    }

    private static void Compare(LargeDataset dataset, string path)
    {
        using var zip = ZipFile.OpenRead(path);
        var photos = zip.Entries.Where(entry => entry.Name.EndsWith(".jpg", StringComparison.Ordinal)).ToDictionary(entry => entry.Name);
        Assert.Equal(LargeDataset.Photos, photos.Count);
        for (var photo = 0; photo < LargeDataset.Photos; photo++)
        {
            using var copy = new MemoryStream();
            using var content = photos[LargeDataset.NameOf(photo)].Open();
            content.CopyTo(copy);
            Assert.True(dataset.BytesOf(photo).SequenceEqual(copy.ToArray()), $"{LargeDataset.NameOf(photo)} left as other bytes.");
        }

        using var entry = zip.GetEntry("annotations/instances_default.json")!.Open();
        using var coco = JsonDocument.Parse(entry);
        var labels = Names(coco, "categories", "name");
        var names = Names(coco, "images", "file_name");
        var boxes = coco.RootElement.GetProperty("annotations").EnumerateArray().Select(annotation => Text(
            int.Parse(names[annotation.GetProperty("image_id").GetInt32()][6..10], CultureInfo.InvariantCulture),
            labels[annotation.GetProperty("category_id").GetInt32()],
            [.. annotation.GetProperty("bbox").EnumerateArray().Select(number => (int)number.GetDouble())]));
        Assert.Equal(Expected().Order(StringComparer.Ordinal), boxes.Order(StringComparer.Ordinal));
    }

    private static async Task RefuseAsync(PersonAtBrowser person, int task, LargeDataset dataset)
    {
        var import = await SendAsync(person, task, dataset.CutOff());
        await Expect(import.GetByRole(AriaRole.Heading, new() { Name = "cut-off.zip" })).ToBeVisibleAsync();
        await Expect(import.GetByRole(AriaRole.Alert)).ToContainTextAsync("cut off");
        await Expect(import.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true })).ToBeDisabledAsync();
        await import.GetByRole(AriaRole.Button, new() { Name = "Throw the file away" }).ClickAsync();
        await Expect(person.Page.GetByText("Drop an archive or an annotation file here")).ToBeVisibleAsync();
    }

    /// <summary>The worker writes 150,000 boxes in a second or two: it is held while somebody has second thoughts.</summary>
    private static async Task CallOffAsync(LocalSystem system, PersonAtBrowser person, int task, string path)
    {
        var import = await LookAsync(person, task, path);
        var held = await system.HoldAsync("worker");
        try
        {
            await import.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
            var latest = await person.RequestedAsync("Import annotations");
            await latest.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(latest).ToContainTextAsync("Cancelled");
        }
        finally
        {
            await LocalSystem.LetGoAsync(held);
        }
    }

    private static async Task<ILocator> SendAsync(PersonAtBrowser person, int task, string path)
    {
        await person.GoToPageAsync($"/tasks/{task}?tab=annotations");
        var import = person.Page.GetByRole(AriaRole.Region, new() { Name = "Import", Exact = true });
        var file = import.Locator("input[type=file]");
        await Expect(file).ToBeEnabledAsync();
        await file.SetInputFilesAsync(path);
        return import;
    }

    private static async Task<ILocator> LookAsync(PersonAtBrowser person, int task, string path)
    {
        var import = await SendAsync(person, task, path);
        await Expect(import.GetByText("Nothing has been changed yet.")).ToBeVisibleAsync();
        return import;
    }

    private static Dictionary<int, string> Names(JsonDocument coco, string list, string name) =>
        coco.RootElement.GetProperty(list).EnumerateArray().ToDictionary(one => one.GetProperty("id").GetInt32(), one => one.GetProperty(name).GetString()!);

    /// <summary>Every box with its id, in the order of frames and boxes.</summary>
    private static async Task<IReadOnlyList<(long Id, string Box)>> ShapesAsync(HttpClient admin, int task)
    {
        var labels = (await admin.GetFromJsonAsync<JsonElement>($"/api/labels?task_id={task}", Cancel)).GetProperty("results").EnumerateArray()
            .ToDictionary(label => label.GetProperty("id").GetInt32(), label => label.GetProperty("name").GetString()!);
        return [.. (await admin.GetFromJsonAsync<JsonElement>($"/api/tasks/{task}/annotations", Cancel)).GetProperty("shapes").EnumerateArray()
            .Select(shape =>
            {
                var points = shape.GetProperty("points").EnumerateArray().Select(number => (int)number.GetDouble()).ToList();
                return (shape.GetProperty("id").GetInt64(), Text(shape.GetProperty("frame").GetInt32(), labels[shape.GetProperty("label_id").GetInt32()], [points[0], points[1], points[2] - points[0], points[3] - points[1]]));
            })
            .OrderBy(shape => shape.Item1)];
    }
}
