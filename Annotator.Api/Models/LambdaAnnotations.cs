using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Core;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>What a model saw, as annotations in the labels of a task.</summary>
internal sealed class LambdaAnnotations(AnnotatorDbContext db)
{
    /// <summary>The contract's <c>LabeledData</c>: tags and shapes with the task's label ids and source auto. What has no label of the task is left out.</summary>
    public async Task<JsonObject> OfAsync(int taskId, int frame, JsonElement seen, Dictionary<string, LambdaChoice> mapping, CancellationToken cancel)
    {
        var projectId = await db.Tasks.Where(task => task.Id == taskId).Select(task => task.ProjectId).SingleAsync(cancel);
        var labels = await db.Labels.AsNoTracking().AsSplitQuery().Include(label => label.Attributes).Include(label => label.Sublabels)
            .Where(label => label.ParentId == null && (projectId == null ? label.TaskId == taskId : label.ProjectId == projectId))
            .OrderBy(label => label.Id)
            .ToListAsync(cancel);
        var (tags, shapes) = (new JsonArray(), new JsonArray());
        foreach (var prediction in seen.GetProperty("predictions").EnumerateArray())
        {
            var name = prediction.GetProperty("label").GetString()!;
            var choice = mapping.GetValueOrDefault(name);
            var label = labels.Find(label => label.Name == (choice is null ? name : choice.Name));
            if (label is null)
            {
                continue;
            }

            var attributes = new JsonArray();
            if (prediction.TryGetProperty("attributes", out var given))
            {
                foreach (var attribute in given.EnumerateObject())
                {
                    var wanted = choice?.Attributes?.GetValueOrDefault(attribute.Name) ?? attribute.Name;
                    if (label.Attributes.Find(one => one.Name == wanted) is { } found)
                    {
                        attributes.Add(new JsonObject { ["spec_id"] = found.Id, ["value"] = attribute.Value.GetString() });
                    }
                }
            }

            var annotation = new JsonObject { ["frame"] = frame, ["label_id"] = label.Id, ["group"] = 0, ["source"] = "auto", ["attributes"] = attributes };
            if (prediction.GetProperty("kind").GetString() == "tag")
            {
                tags.Add(annotation);
                continue;
            }

            annotation["type"] = prediction.GetProperty("kind").GetString();
            annotation["occluded"] = false;
            annotation["outside"] = false;
            annotation["z_order"] = 0;
            annotation["rotation"] = prediction.TryGetProperty("rotation", out var rotation) ? rotation.GetDouble() : 0;
            annotation["points"] = JsonNode.Parse(prediction.GetProperty("points").GetRawText());
            annotation["score"] = prediction.GetProperty("score").GetDouble();
            annotation["elements"] = ElementsOf(prediction, frame, label);
            shapes.Add(annotation);
        }

        return new JsonObject { ["version"] = 0, ["tags"] = tags, ["shapes"] = shapes, ["tracks"] = new JsonArray() };
    }

    private static JsonArray ElementsOf(JsonElement prediction, int frame, Core.Projects.Label label)
    {
        var elements = new JsonArray();
        if (prediction.TryGetProperty("elements", out var given))
        {
            foreach (var element in given.EnumerateArray())
            {
                if (label.Sublabels.Find(sub => sub.Name == element.GetProperty("label").GetString()) is { } sub)
                {
                    elements.Add(new JsonObject
                    {
                        ["frame"] = frame,
                        ["label_id"] = sub.Id,
                        ["type"] = "points",
                        ["points"] = JsonNode.Parse(element.GetProperty("points").GetRawText()),
                        ["occluded"] = element.TryGetProperty("occluded", out var occluded) && occluded.GetBoolean(),
                        ["outside"] = element.TryGetProperty("outside", out var outside) && outside.GetBoolean(),
                        ["z_order"] = 0,
                        ["rotation"] = 0,
                        ["group"] = 0,
                        ["source"] = "auto",
                        ["attributes"] = new JsonArray(),
                    });
                }
            }
        }

        return elements;
    }

    /// <summary>The contract's answer of an interactor: the best candidate's mask, as rows of 0 and 1 over the whole picture; all 0 when nothing was found.</summary>
    public static IResult Mask(JsonElement found)
    {
        var (width, height) = (found.GetProperty("width").GetInt32(), found.GetProperty("height").GetInt32());
        var best = found.GetProperty("candidates").EnumerateArray().FirstOrDefault();
        var rows = new byte[height][];
        for (var row = 0; row < height; row++)
        {
            rows[row] = new byte[width];
        }

        if (best.ValueKind == JsonValueKind.Object)
        {
            Fill(rows, [.. best.GetProperty("mask").EnumerateArray().Select(value => (int)value.GetDouble())]);
        }

        // Digits and commas by hand: a tree of one node for each pixel would take gigabytes.
        return TypedResults.Stream(
            async output =>
            {
                await output.WriteAsync("{\"mask\":["u8.ToArray());
                var line = new byte[(2 * width) + 2];
                for (var row = 0; row < height; row++)
                {
                    var at = 0;
                    line[at++] = (byte)(row == 0 ? '[' : ',');
                    if (row > 0)
                    {
                        line[at++] = (byte)'[';
                    }

                    for (var column = 0; column < width; column++)
                    {
                        line[at++] = (byte)('0' + rows[row][column]);
                        line[at++] = (byte)(column == width - 1 ? ']' : ',');
                    }

                    await output.WriteAsync(line.AsMemory(0, at));
                }

                await output.WriteAsync("]}"u8.ToArray());
            },
            "application/json");
    }

    /// <param name="mask">Run lengths within a box, zeros first, then the box: left, top, right, bottom, all inside.</param>
    private static void Fill(byte[][] rows, int[] mask)
    {
        var (left, top, right) = (mask[^4], mask[^3], mask[^2]);
        var (at, set, across) = (0, false, right - left + 1);
        foreach (var run in mask.AsSpan(0, mask.Length - 4))
        {
            for (var end = at + run; at < end; at++)
            {
                rows[top + (at / across)][left + (at % across)] = set ? (byte)1 : (byte)0;
            }

            set = !set;
        }
    }
}
